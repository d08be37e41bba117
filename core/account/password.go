package account

import (
	"crypto/subtle"
	"encoding/base64"
	"fmt"
	"strings"
	"time"
	"unicode"

	"golang.org/x/crypto/argon2"
	"golang.org/x/text/unicode/norm"

	"chancery/core/calendar"
	"chancery/core/fault"
	"chancery/core/text"
)

// Profile is the standard that passwords are judged by.
type Profile string

// The profiles. ASVS asks for length and against known passwords, and for nothing else; DJBH3, for offices under 等级保护
// level 3, also for several kinds of characters, a change from time to time, and no return of old ones.
const (
	ASVS  Profile = "asvs"
	DJBH3 Profile = "djbh3"
)

// What passwords are bounded by, in characters.
const (
	PasswordLeast   = 8
	PasswordAdvised = 15
	PasswordMost    = 256
	formerKept      = 5
	djbh3Kinds      = 3
)

// djbh3Age is how old a password may become under DJBH3.
const djbh3Age = 90 * 24 * time.Hour

// Common are passwords that everybody tries first.
type Common map[string]bool

// ReadCommon reads a list of common passwords, one a line; lines with # in front are remarks.
func ReadCommon(list []byte) Common {
	c := Common{}
	for line := range strings.Lines(string(list)) {
		if line = strings.TrimSpace(line); line != "" && !strings.HasPrefix(line, "#") {
			c[folded(line)] = true
		}
	}
	return c
}

func folded(s string) string { return strings.ToLower(norm.NFKC.String(s)) }

// Prepared is a password as it is hashed: the same characters however a keyboard composes them.
func Prepared(password string) string { return norm.NFC.String(password) }

// JudgePassword says what is against a new password: every fault, not the first only. Near are words too near to the
// account, such as the login and the name.
func (p Policy) JudgePassword(password string, common Common, near ...string) error {
	var faults fault.List
	add := func(zh, en string, n int) {
		faults = append(faults, fault.New(fault.Invalid, "password", text.Text{ZH: zh, EN: en}.Fill(text.Args{"n": n})))
	}
	password = Prepared(password)
	length := len([]rune(password))
	switch {
	case length < PasswordLeast:
		add("密码至少 {n} 个字符；建议 15 个以上，一句话也可以", "a password has at least {n} characters; 15 are advised, and a sentence will do", PasswordLeast)
	case length > PasswordMost:
		add("密码最多 {n} 个字符", "a password has at most {n} characters", PasswordMost)
	}
	low := folded(password)
	if common[low] || repeated(low) {
		add("这个密码太常见，别人最先试的就是它；请换一个", "this password is among the first that others try; choose another", 0)
	}
	for _, word := range near {
		if word = folded(word); len([]rune(word)) >= 4 && strings.Contains(low, word) && len([]rune(low)) < len([]rune(word))+PasswordLeast {
			add("密码与登录名、姓名或机构名太接近；请换一个", "the password is too near to the login, a name or the office; choose another", 0)
			break
		}
	}
	if p.Profile == DJBH3 && kinds(password) < djbh3Kinds {
		add("按等级保护三级要求，密码须含大写字母、小写字母、数字、符号中的 {n} 种", "this office asks for {n} of: capitals, small letters, digits, signs", djbh3Kinds)
	}
	return faults.OrNil()
}

// repeated tells whether a password is one short piece again and again: aaaaaaaa, 12121212.
func repeated(s string) bool {
	for n := 1; n <= 3; n++ {
		if len(s) > n && strings.Repeat(s[:n], len(s)/n+1)[:len(s)] == s {
			return true
		}
	}
	return false
}

func kinds(s string) int {
	var upper, lower, digit, sign int
	for _, r := range s {
		switch {
		case unicode.IsUpper(r):
			upper = 1
		case unicode.IsLower(r):
			lower = 1
		case unicode.IsDigit(r):
			digit = 1
		default:
			sign = 1
		}
	}
	return upper + lower + digit + sign
}

// PasswordOld tells whether a password must be changed before anything else; under ASVS it never must.
func (p Policy) PasswordOld(set, now calendar.Instant) bool {
	return p.Profile == DJBH3 && now.Time().Sub(set.Time()) > djbh3Age
}

// WithPassword gives the account with a new password hash in place of the one before. Under DJBH3 the former ones are
// kept, so that they cannot come back.
func (a Account) WithPassword(hash Secret, p Policy, now calendar.Instant) Account {
	if p.Profile == DJBH3 && a.Password != "" {
		a.Former = append([]Secret{a.Password}, a.Former...)
		a.Former = a.Former[:min(len(a.Former), formerKept)]
	}
	a.Password, a.PasswordAt = hash, now
	return a
}

// Reused tells whether a password was the account's before, as far as the profile remembers.
func (a Account) Reused(password string) bool {
	for _, f := range a.Former {
		if MatchPassword(f, password) {
			return true
		}
	}
	return false
}

// What a hash costs: argon2id over 19 MiB, twice, in one lane.
const (
	hashMemory = 19 * 1024
	hashTime   = 2
	hashLanes  = 1
	hashLength = 32
	// SaltLength is how many random bytes HashPassword needs.
	SaltLength = 16
)

// HashPassword gives the PHC string of a password; salt is SaltLength fresh random bytes.
func HashPassword(password string, salt []byte) Secret {
	sum := argon2.IDKey([]byte(Prepared(password)), salt, hashTime, hashMemory, hashLanes, hashLength)
	return Secret(fmt.Sprintf("$argon2id$v=%d$m=%d,t=%d,p=%d$%s$%s", argon2.Version, hashMemory, hashTime, hashLanes,
		base64.RawStdEncoding.EncodeToString(salt), base64.RawStdEncoding.EncodeToString(sum)))
}

// MatchPassword tells whether a password is the one that was hashed. A hash that cannot be read matches nothing, after
// the same work, so that the time tells nobody whether there is an account.
func MatchPassword(hash Secret, password string) bool {
	memory, passes, lanes, salt, want, ok := readHash(string(hash))
	if !ok {
		memory, passes, lanes, salt, want = hashMemory, hashTime, hashLanes, make([]byte, SaltLength), make([]byte, hashLength)
	}
	got := argon2.IDKey([]byte(Prepared(password)), salt, passes, memory, lanes, uint32(len(want))) //nolint:gosec // readHash bounds it
	return subtle.ConstantTimeCompare(got, want) == 1 && ok
}

func readHash(s string) (memory, passes uint32, lanes uint8, salt, sum []byte, ok bool) {
	parts := strings.Split(s, "$")
	if len(parts) != 6 || parts[1] != "argon2id" || parts[2] != fmt.Sprintf("v=%d", argon2.Version) {
		return 0, 0, 0, nil, nil, false
	}
	if _, err := fmt.Sscanf(parts[3], "m=%d,t=%d,p=%d", &memory, &passes, &lanes); err != nil {
		return 0, 0, 0, nil, nil, false
	}
	salt, errSalt := base64.RawStdEncoding.DecodeString(parts[4])
	sum, errSum := base64.RawStdEncoding.DecodeString(parts[5])
	ok = errSalt == nil && errSum == nil && len(salt) >= 8 && len(sum) >= 16 && len(sum) <= 64 &&
		memory >= 8 && memory <= 1<<20 && passes >= 1 && passes <= 16 && lanes >= 1
	return memory, passes, lanes, salt, sum, ok
}
