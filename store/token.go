package store

import (
	"encoding/json"
	"fmt"
	"strings"

	"chancery/core/account"
	"chancery/core/casework"
	"chancery/core/fault"
	"chancery/core/journal"
	"chancery/core/text"
)

// tokens reads tokens with the hashes that they are kept under.
func (t *Tx) tokens(q string, args ...any) ([]account.Token, error) {
	var out []account.Token
	err := t.each("read tokens", q, args, func(scan func(...any) error) error {
		var hash, body []byte
		if err := scan(&hash, &body); err != nil {
			return err
		}
		var one account.Token
		if err := json.Unmarshal(body, &one); err != nil {
			return err
		}
		copy(one.Hash[:], hash)
		out = append(out, one)
		return nil
	})
	return out, err
}

// Token gives the token that has a hash.
func (t *Tx) Token(hash account.Hash) (one account.Token, ok bool, err error) {
	if err := t.look(tokenLock(hash)); err != nil {
		return one, false, err
	}
	one, ok, err = first(t.tokens(oneToken, hash[:]))
	t.looked[tokenLock(hash)] = ok
	return one, ok, err
}

// Bearer gives a token with its account, the zero one where that is gone.
func (t *Tx) Bearer(hash account.Hash) (one account.Token, whose account.Account, ok bool, err error) {
	var body, holder []byte
	var version int64
	ok, err = t.one("read a token", bearer, []any{hash[:]}, &body, &holder, &version)
	if err != nil || !ok {
		return one, whose, false, err
	}
	t.version = &version
	one.Hash = hash
	if err := json.Unmarshal(body, &one); err != nil {
		return one, whose, false, fmt.Errorf("read a token: %w", err)
	}
	whose, _, err = t.opened(holder)
	return one, whose, err == nil, err
}

// TokensOf gives the tokens of an account, the newest first, those that have run out among them.
func (t *Tx) TokensOf(id account.ID) ([]account.Token, error) {
	if err := t.locks.hold(t, "tokens/"+string(id)); err != nil {
		return nil, err
	}
	return t.tokens(tokensOf, string(id))
}

// SaveToken writes a token. One that was read in this act is not brought back when it was revoked meanwhile.
func (t *Tx) SaveToken(one account.Token) error {
	body, err := journal.Canonical(one)
	if err != nil {
		return err
	}
	if !t.looked[tokenLock(one.Hash)] {
		return t.put("save token", putToken, one.Hash[:], one.ID, string(one.Account), int64(one.Made), int64(one.Until), body)
	}
	n, err := t.exec("save token", changeToken, one.Hash[:], body)
	if err == nil && n == 0 {
		return &overtaken{fault.New(fault.SignedOut, "token", text.Text{ZH: "这个令牌已经停用", EN: "this token was revoked"})}
	}
	return err
}

// DropToken makes a token open nothing.
func (t *Tx) DropToken(hash account.Hash) error {
	delete(t.looked, tokenLock(hash))
	return t.put("drop token", dropToken, hash[:])
}

// DropTokensOf makes all tokens of an account open nothing.
func (t *Tx) DropTokensOf(id account.ID) error {
	_, err := t.exec("drop tokens", dropTokensOf, string(id))
	return err
}

// Found gives those of the cases that a filter picks whose title or number holds the words, newest first, beginning behind
// the case of a number; "" does not narrow.
func (t *Tx) Found(f casework.Filter, words, behind string) ([]casework.Case, error) {
	limit := f.Limit
	if limit <= 0 {
		limit = 1 << 40
	}
	return t.cases("find cases", foundCases, append(filtered(f), like(words), behind, limit)...)
}

// like is the pattern of a text that holds the words; "" for none.
func like(words string) string {
	if words == "" {
		return ""
	}
	small := func(r rune) rune { // as a database makes small letters, of ASCII alone
		if 'A' <= r && r <= 'Z' {
			return r + 'a' - 'A'
		}
		return r
	}
	return "%" + strings.NewReplacer(`\`, `\\`, `%`, `\%`, `_`, `\_`).Replace(strings.Map(small, words)) + "%"
}
