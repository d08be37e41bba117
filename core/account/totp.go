package account

import (
	"encoding/base32"
	"fmt"
	"net/url"

	"github.com/pquerna/otp"
	"github.com/pquerna/otp/hotp"

	"chancery/core/calendar"
)

// TOTP is a time-based code generator in somebody's pocket (RFC 6238: SHA-1, six digits, thirty seconds).
type TOTP struct {
	Secret Secret `json:"secret"` // base32 without padding
	// Last is the step of the code that was taken last; it and those before are never taken again.
	Last  int64            `json:"last"`
	Since calendar.Instant `json:"since"`
	// Lost says that the secret lies under a key that is not here: no code is right until the generator is enrolled anew.
	Lost bool `json:"-"`
}

const (
	totpStep  = 30
	totpDrift = 1 // steps that a clock may be off
	// TOTPSecretLength is how many random bytes NewTOTPSecret needs.
	TOTPSecretLength = 20
)

// NewTOTPSecret writes TOTPSecretLength fresh random bytes as a secret.
func NewTOTPSecret(random []byte) Secret {
	return Secret(base32.StdEncoding.WithPadding(base32.NoPadding).EncodeToString(random))
}

// TOTPAddress is the address that a code generator reads from a picture.
func TOTPAddress(secret Secret, office, login string) string {
	v := url.Values{"secret": {string(secret)}, "issuer": {office}, "period": {"30"}, "digits": {"6"}, "algorithm": {"SHA1"}}
	return "otpauth://totp/" + url.PathEscape(office+":"+login) + "?" + v.Encode()
}

// Accept gives the generator after a code was taken; ok is false for a code that is wrong, out of its time, or was taken
// before.
func (t TOTP) Accept(code string, now calendar.Instant) (TOTP, bool) {
	step := now.Time().Unix() / totpStep
	for at := step - totpDrift; at <= step+totpDrift; at++ {
		if at <= t.Last || at < 0 {
			continue
		}
		ok, err := hotp.ValidateCustom(code, uint64(at), string(t.Secret), hotp.ValidateOpts{Digits: otp.DigitsSix, Algorithm: otp.AlgorithmSHA1})
		if err == nil && ok {
			t.Last = at
			return t, true
		}
	}
	return t, false
}

// Code is what the generator shows at an instant.
func (t TOTP) Code(now calendar.Instant) (string, error) {
	code, err := hotp.GenerateCodeCustom(string(t.Secret), uint64(now.Time().Unix()/totpStep), hotp.ValidateOpts{ //nolint:gosec // after 1970
		Digits: otp.DigitsSix, Algorithm: otp.AlgorithmSHA1,
	})
	if err != nil {
		return "", fmt.Errorf("make a time-based code: %w", err)
	}
	return code, nil
}
