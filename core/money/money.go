// Package money holds exact amounts and the dated table of travel money. An amount is a whole number of its currency's
// smallest unit, so that no sum is ever a little off; amounts of different currencies are never added or compared.
package money

import (
	"encoding/json"
	"errors"
	"fmt"
	"math"
	"math/bits"
	"strconv"
	"strings"

	"chancery/core/fault"
	"chancery/core/text"
)

// Currency is an ISO 4217 code.
type Currency string

// UnmarshalText takes three capital letters; empty is none.
func (c *Currency) UnmarshalText(b []byte) error {
	s := string(b)
	if s != "" && !isCurrency(s) {
		return currencyFault(s)
	}
	*c = Currency(s)
	return nil
}

// MarshalText gives the three letters.
func (c Currency) MarshalText() ([]byte, error) { return []byte(c), nil }

// Digits gives how many decimals the currency is written with: none for the yen, two for most.
func (c Currency) Digits() int {
	switch c {
	case "BIF", "CLP", "DJF", "GNF", "ISK", "JPY", "KMF", "KRW", "PYG", "RWF", "UGX", "VND", "VUV", "XAF", "XOF", "XPF":
		return 0
	case "BHD", "IQD", "JOD", "KWD", "LYD", "OMR", "TND":
		return 3
	}
	return 2
}

// Say names the currency: 美元, USD.
func (c Currency) Say() text.Text {
	zh := string(c)
	switch c {
	case "CNY":
		zh = "元"
	case "USD":
		zh = "美元"
	case "EUR":
		zh = "欧元"
	case "JPY":
		zh = "日元"
	case "GBP":
		zh = "英镑"
	case "HKD":
		zh = "港币"
	}
	return text.Text{ZH: zh, EN: string(c)}
}

// Amount is a sum of money, exact, in the smallest unit of its currency. The zero Amount is none at all: it has no
// currency and may be added to any.
type Amount struct {
	Minor    int64
	Currency Currency
}

// Most is the largest number of minor units an amount may have, either way.
const Most = int64(1_000_000_000_000_000)

// Parse reads "1234.50" with at most the currency's decimals, a minus sign allowed, no grouping. Other forms, amounts
// beyond Most and what is no currency are faults.
func Parse(amount string, c Currency) (Amount, error) {
	if !isCurrency(string(c)) {
		return Amount{}, currencyFault(string(c))
	}
	unsigned, negative := strings.CutPrefix(amount, "-")
	whole, part, hasPoint := strings.Cut(unsigned, ".")
	digits := c.Digits()
	if !isDigits(whole) || len(whole) > 1 && whole[0] == '0' || hasPoint && !isDigits(part) || len(part) > digits {
		return Amount{}, fault.New(fault.Invalid, "amount", text.Text{
			ZH: "「{value}」不是金额；请写作 {sample} 的样子，至多 {digits} 位小数",
			EN: "'{value}' is not an amount; write it like {sample}, with at most {digits} {digits|decimal|decimals}",
		}.Fill(text.Args{"value": shortened(amount), "sample": Amount{Minor: 123450, Currency: c}.String(), "digits": digits}))
	}
	minor, err := strconv.ParseInt(whole+part+strings.Repeat("0", digits-len(part)), 10, 64)
	if err != nil || minor > Most {
		return Amount{}, fault.New(fault.Invalid, "amount", text.Text{
			ZH: "金额 {value} 过大；请核对", EN: "the amount {value} is too large; check it",
		}.Fill(text.Args{"value": shortened(amount)}))
	}
	if negative {
		minor = -minor
	}
	return Amount{Minor: minor, Currency: c}, nil
}

// IsZero tells whether it is no amount at all: no currency and nothing. Zero yuan is an amount.
func (a Amount) IsZero() bool { return a == Amount{} }

// Add gives the sum. Amounts of two currencies and a sum beyond Most are errors: what to add is ours to know.
func (a Amount) Add(b Amount) (Amount, error) {
	switch {
	case b.IsZero():
		return a, nil
	case a.IsZero():
		return b, nil
	case a.Currency != b.Currency:
		return Amount{}, fmt.Errorf("add %s to %s: different currencies", b, a)
	}
	sum := a.Minor + b.Minor
	if a.Minor > Most || a.Minor < -Most || b.Minor > Most || b.Minor < -Most || sum > Most || sum < -Most {
		return Amount{}, fmt.Errorf("add %s to %s: too large", b, a)
	}
	return Amount{Minor: sum, Currency: a.Currency}, nil
}

// Times gives num/den of the amount, rounded to the smallest unit, a half away from zero: Times(40, 100) is two fifths.
// den must be above zero, which whoever takes it from data has to see to. A result beyond Most stays at Most, and so
// above every limit.
func (a Amount) Times(num, den int64) Amount {
	if den <= 0 {
		panic("money: Times with a denominator that is not above zero")
	}
	negative := (a.Minor < 0) != (num < 0)
	high, low := bits.Mul64(magnitude(a.Minor), magnitude(num))
	half := uint64(den) / 2
	low, carry := bits.Add64(low, half, 0)
	high += carry
	result := uint64(Most)
	if high < uint64(den) {
		// Adding half the denominator first rounds a half up; with an odd denominator there is no half.
		q, _ := bits.Div64(high, low, uint64(den))
		result = min(q, uint64(Most))
	}
	minor := int64(result)
	if negative {
		minor = -minor
	}
	return Amount{Minor: minor, Currency: a.Currency}
}

// Cmp gives -1, 0 or 1 as a is less than, equal to or more than b. ok is false when the currencies differ: then there is
// no order. No amount at all compares as nothing of the other's currency.
func (a Amount) Cmp(b Amount) (order int, ok bool) {
	if a.Currency != b.Currency && !a.IsZero() && !b.IsZero() {
		return 0, false
	}
	switch {
	case a.Minor < b.Minor:
		return -1, true
	case a.Minor > b.Minor:
		return 1, true
	}
	return 0, true
}

// String gives the number with all decimals of the currency, without the currency: "1234.50".
func (a Amount) String() string {
	digits := a.Currency.Digits()
	s := strconv.FormatUint(magnitude(a.Minor), 10)
	if digits > 0 {
		if len(s) <= digits {
			s = strings.Repeat("0", digits-len(s)+1) + s
		}
		s = s[:len(s)-digits] + "." + s[len(s)-digits:]
	}
	if a.Minor < 0 {
		return "-" + s
	}
	return s
}

// Say gives the amount with its currency: 1234.50 美元, USD 1234.50.
func (a Amount) Say() text.Text {
	if a.IsZero() {
		return text.Text{ZH: "无", EN: "none"}
	}
	return text.Text{ZH: "{n} {c}", EN: "{c} {n}"}.Fill(text.Args{"n": a.String(), "c": a.Currency.Say()})
}

type written struct {
	Amount   string   `json:"amount"`
	Currency Currency `json:"currency"`
}

// MarshalJSON gives {"amount":"1234.50","currency":"CNY"}, and null for no amount at all.
func (a Amount) MarshalJSON() ([]byte, error) {
	if a.IsZero() {
		return []byte("null"), nil
	}
	return json.Marshal(written{Amount: a.String(), Currency: a.Currency})
}

// UnmarshalJSON reads what MarshalJSON gives.
func (a *Amount) UnmarshalJSON(data []byte) error {
	var w *written
	if err := json.Unmarshal(data, &w); err != nil {
		return fmt.Errorf("read amount: %w", err)
	}
	if w == nil {
		*a = Amount{}
		return nil
	}
	return a.TakeShape(w)
}

// NewShape gives what a strict reader is to read: amount and currency.
func (a *Amount) NewShape() any { return new(written) }

// TakeShape takes what a strict reader has read.
func (a *Amount) TakeShape(shape any) error {
	w, ok := shape.(*written)
	if !ok {
		return errors.New("read amount: not the shape of an amount")
	}
	read, err := Parse(w.Amount, w.Currency)
	if err != nil {
		return err
	}
	*a = read
	return nil
}

func magnitude(n int64) uint64 {
	if n == math.MinInt64 {
		return 1 << 63
	}
	if n < 0 {
		n = -n
	}
	return uint64(n)
}

func isDigits(s string) bool {
	for i := range len(s) {
		if s[i] < '0' || s[i] > '9' {
			return false
		}
	}
	return s != ""
}

func isCurrency(s string) bool {
	if len(s) != 3 {
		return false
	}
	for i := range len(s) {
		if s[i] < 'A' || s[i] > 'Z' {
			return false
		}
	}
	return true
}

func currencyFault(s string) error {
	if s == "" {
		return fault.New(fault.Invalid, "currency", text.Text{
			ZH: "没有写明币种；请写三个大写字母，如 CNY", EN: "no currency is given; write three capital letters, for example CNY",
		})
	}
	return fault.New(fault.Invalid, "currency", text.Text{
		ZH: "「{value}」不是币种代码；请写三个大写字母，如 CNY",
		EN: "'{value}' is not the code of a currency; write three capital letters, for example CNY",
	}.Fill(text.Args{"value": shortened(s)}))
}

func shortened(s string) string {
	const most = 40
	if r := []rune(s); len(r) > most {
		return string(r[:most]) + "…"
	}
	return s
}
