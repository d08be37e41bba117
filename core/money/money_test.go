package money_test

import (
	"encoding/json"
	"math"
	"math/big"
	"testing"

	"pgregory.net/rapid"

	"chancery/core/fault"
	"chancery/core/money"
	"chancery/core/strict"
)

func yuan(fen int64) money.Amount { return money.Amount{Minor: fen, Currency: "CNY"} }

func anyAmount() *rapid.Generator[money.Amount] {
	return rapid.Custom(func(t *rapid.T) money.Amount {
		return money.Amount{
			Minor:    rapid.Int64Range(-money.Most, money.Most).Draw(t, "minor"),
			Currency: rapid.SampledFrom([]money.Currency{"CNY", "JPY", "KWD", "USD"}).Draw(t, "currency"),
		}
	})
}

func TestAnAmountIsReadExactly(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		said     string
		currency money.Currency
		minor    int64
		written  string
	}{
		{"1234.50", "CNY", 123450, "1234.50"},
		{"1234.5", "CNY", 123450, "1234.50"},
		{"1234", "CNY", 123400, "1234.00"},
		{"0.05", "CNY", 5, "0.05"},
		{"-0.05", "CNY", -5, "-0.05"},
		{"0", "CNY", 0, "0.00"},
		{"20000", "JPY", 20000, "20000"},
		{"1.234", "KWD", 1234, "1.234"},
	} {
		a, err := money.Parse(c.said, c.currency)
		if err != nil || a.Minor != c.minor || a.String() != c.written {
			t.Errorf("%s %s: %d %s, %v", c.said, c.currency, a.Minor, a, err)
		}
	}
}

func TestWhatIsNoAmountIsRefused(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		said     string
		currency money.Currency
	}{
		{"", "CNY"},
		{"1,234.50", "CNY"},
		{"1.234", "CNY"},
		{"1.5", "JPY"},
		{"1.", "CNY"},
		{".5", "CNY"},
		{"+5", "CNY"},
		{"--5", "CNY"},
		{"05", "CNY"},
		{"1e3", "CNY"},
		{"５", "CNY"},
		{"NaN", "CNY"},
		{"99999999999999999999", "CNY"},
		{"10000000000000.01", "CNY"},
		{"5", "cny"},
		{"5", "RMB¥"},
		{"5", ""},
	} {
		if a, err := money.Parse(c.said, c.currency); fault.KindOf(err) != fault.Invalid {
			t.Errorf("%q %s: taken as %s, %v", c.said, c.currency, a, err)
		}
	}
}

func TestAnAmountIsWrittenAndReadAgain(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		a := anyAmount().Draw(t, "amount")
		back, err := money.Parse(a.String(), a.Currency)
		if err != nil || back != a {
			t.Fatalf("%s read as %+v, %v", a, back, err)
		}
		data, err := json.Marshal(a)
		if err != nil {
			t.Fatal(err)
		}
		var fromJSON, fromStrict money.Amount
		if err := json.Unmarshal(data, &fromJSON); err != nil || fromJSON != a {
			t.Fatalf("%s read as %+v, %v", data, fromJSON, err)
		}
		if err := strict.Decode("a.json", data, &fromStrict); err != nil || fromStrict != a {
			t.Fatalf("%s read as %+v, %v", data, fromStrict, err)
		}
	})
	var none struct {
		A money.Amount `json:"a,omitzero"`
		B money.Amount `json:"b"`
	}
	if data, err := json.Marshal(none); err != nil || string(data) != `{"b":null}` {
		t.Errorf("%s, %v", data, err)
	}
}

func TestAnAmountInAFileNamesWhatIsWrong(t *testing.T) {
	t.Parallel()
	var into struct {
		Lodging money.Amount `json:"lodging"`
	}
	for file, want := range map[string]string{
		"lodging: {amount: 5, currency: CNY}":              `f:1:19: wanted here: text; found: the number 5; if it is meant as text, quote it: "5"`,
		"lodging: {amount: '5.005', currency: CNY}":        "f:1:19: '5.005' is not an amount; write it like 1234.50, with at most 2 decimals",
		"lodging: {amount: '5', currency: yuan}":           "f:1:34: 'yuan' is not the code of a currency; write three capital letters, for example CNY",
		"lodging: {amount: '5', currency: CNY, curency: }": "f:1:39: unknown key 'curency'; did you mean 'currency'?",
		"lodging: {amount: '5'}":                           "f:1:1: no currency is given; write three capital letters, for example CNY",
	} {
		if err := strict.Decode("f", []byte(file), &into); err == nil || err.Error() != want {
			t.Errorf("%s: %v, want %s", file, err, want)
		}
	}
}

func TestAShareIsRoundedHalfAwayFromNothing(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ minor, num, den, want int64 }{
		{100, 40, 100, 40},
		{125, 1, 10, 13},
		{124, 1, 10, 12},
		{-125, 1, 10, -13},
		{125, -1, 10, -13},
		{1, 1, 3, 0},
		{2, 1, 3, 1},
		{0, 5, 7, 0},
		{money.Most, 2, 1, money.Most},
		{-money.Most, math.MaxInt64, 1, -money.Most},
		{math.MinInt64, 1, 1, -money.Most},
		{1, math.MinInt64, 1, -money.Most},
	} {
		if got := yuan(c.minor).Times(c.num, c.den); got != yuan(c.want) {
			t.Errorf("%d × %d/%d: %d, want %d", c.minor, c.num, c.den, got.Minor, c.want)
		}
	}
	rapid.Check(t, func(t *rapid.T) {
		a, num, den := anyAmount().Draw(t, "amount"), rapid.Int64().Draw(t, "num"), rapid.Int64Range(1, math.MaxInt64).Draw(t, "den")
		exact := new(big.Rat).Mul(new(big.Rat).SetInt64(a.Minor), big.NewRat(num, den))
		whole := new(big.Rat).Abs(exact)
		whole.Add(whole, big.NewRat(1, 2))
		want := new(big.Int).Quo(whole.Num(), whole.Denom())
		if most := big.NewInt(money.Most); want.Cmp(most) > 0 {
			want = most
		}
		if exact.Sign() < 0 {
			want = new(big.Int).Neg(want)
		}
		if got := a.Times(num, den); big.NewInt(got.Minor).Cmp(want) != 0 || got.Currency != a.Currency {
			t.Fatalf("%s × %d/%d: %d, want %s", a, num, den, got.Minor, want)
		}
	})
}

func TestASumIsExactAndOfOneCurrency(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		a, b := anyAmount().Draw(t, "a"), anyAmount().Draw(t, "b")
		sum, err := a.Add(b)
		total := a.Minor + b.Minor
		fits := a.Currency == b.Currency && total <= money.Most && total >= -money.Most
		if (err == nil) != fits || fits && (sum.Minor != total || sum.Currency != a.Currency) {
			t.Fatalf("%s + %s: %s, %v", a, b, sum, err)
		}
	})
	if sum, err := (money.Amount{}).Add(yuan(5)); err != nil || sum != yuan(5) {
		t.Errorf("nothing and five: %s, %v", sum, err)
	}
	if sum, err := yuan(5).Add(money.Amount{}); err != nil || sum != yuan(5) {
		t.Errorf("five and nothing: %s, %v", sum, err)
	}
	if _, err := yuan(math.MaxInt64).Add(yuan(math.MaxInt64)); err == nil {
		t.Error("a sum ran over")
	}
}

func TestAmountsOfTwoCurrenciesHaveNoOrder(t *testing.T) {
	t.Parallel()
	usd := money.Amount{Minor: 5, Currency: "USD"}
	if _, ok := yuan(5).Cmp(usd); ok {
		t.Error("compared")
	}
	for _, c := range []struct {
		a, b money.Amount
		want int
	}{{yuan(1), yuan(2), -1}, {yuan(2), yuan(2), 0}, {yuan(3), yuan(2), 1}, {usd, money.Amount{}, 1}, {money.Amount{}, usd, -1}} {
		if got, ok := c.a.Cmp(c.b); !ok || got != c.want {
			t.Errorf("%s, %s: %d", c.a, c.b, got)
		}
	}
}

func TestAnAmountIsSaidWithItsCurrency(t *testing.T) {
	t.Parallel()
	if s := yuan(123450).Say(); s.ZH != "1234.50 元" || s.EN != "CNY 1234.50" {
		t.Error(s)
	}
	if s := (money.Amount{Minor: 20000, Currency: "JPY"}).Say(); s.ZH != "20000 日元" || s.EN != "JPY 20000" {
		t.Error(s)
	}
	if s := (money.Amount{}).Say(); s.ZH != "无" || s.EN != "none" {
		t.Error(s)
	}
}
