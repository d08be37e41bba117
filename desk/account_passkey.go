package desk

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"

	"github.com/go-webauthn/webauthn/protocol"
	"github.com/go-webauthn/webauthn/webauthn"

	"chancery/core/account"
	"chancery/core/fault"
	"chancery/core/text"
)

// Place is where passkeys are made for: the name of the host, and the whole origin that a browser shows.
type Place struct {
	Host   string
	Origin string
}

// bearer is an account as the library of passkeys wants to see it.
type bearer struct {
	account account.Account
	name    string
	keys    []webauthn.Credential
}

func (b bearer) WebAuthnID() []byte                         { return []byte(b.account.ID) }
func (b bearer) WebAuthnName() string                       { return b.account.Login }
func (b bearer) WebAuthnDisplayName() string                { return b.name }
func (b bearer) WebAuthnCredentials() []webauthn.Credential { return b.keys }

func bearerOf(r Reading, a account.Account) (bearer, error) {
	b := bearer{account: a}
	for _, p := range a.Passkeys {
		var key webauthn.Credential
		if err := json.Unmarshal(p.Body, &key); err != nil {
			return b, fmt.Errorf("read passkey: %w", err)
		}
		b.keys = append(b.keys, key)
	}
	o, err := r.Office()
	if err != nil {
		return b, err
	}
	p, _ := o.Person(a.Person)
	b.name = p.Name
	return b, nil
}

func ceremonies(r Reading, at Place) (*webauthn.WebAuthn, error) {
	o, err := r.Office()
	if err != nil {
		return nil, err
	}
	name := o.Name.ZH
	if name == "" {
		name = "Chancery"
	}
	w, err := webauthn.New(&webauthn.Config{RPID: at.Host, RPDisplayName: name, RPOrigins: []string{at.Origin}})
	if err != nil {
		return nil, fault.New(fault.Invalid, "passkey", text.Text{
			ZH: "通行密钥须通过主机名访问才能使用；请用验证码，或改用主机名打开本站", EN: "passkeys need the desk to be opened by a host name: use a code, or open it by its name",
		})
	}
	return w, nil
}

// OfferPasskey begins the enrolment of a passkey and gives what the browser is asked, as JSON. Somebody who is signed in
// shows the password again.
func (d *Desk) OfferPasskey(ctx context.Context, token, password string, at Place, from Way) ([]byte, error) {
	if err := d.reprove(ctx, token, password, from, account.Full, account.Enrol); err != nil {
		return nil, err
	}
	var out []byte
	err := d.store.Write(ctx, func(w Writing) error {
		s, a, err := d.session(w, hashOf(token), account.Full, account.Enrol)
		if err != nil {
			return err
		}
		b, err := bearerOf(w, a)
		if err != nil {
			return err
		}
		c, err := ceremonies(w, at)
		if err != nil {
			return err
		}
		asked, data, err := c.BeginRegistration(b, webauthn.WithExclusions(webauthn.Credentials(b.keys).CredentialDescriptors()),
			webauthn.WithAuthenticatorSelection(protocol.AuthenticatorSelection{
				ResidentKey: protocol.ResidentKeyRequirementPreferred, UserVerification: protocol.VerificationPreferred,
			}))
		if err != nil {
			return fmt.Errorf("begin to enrol a passkey: %w", err)
		}
		out, err = hold(w, s, asked, data)
		return err
	})
	return out, err
}

// hold keeps what was asked with the session, for the answer to be measured by.
func hold(w Writing, s account.Session, asked any, data *webauthn.SessionData) ([]byte, error) {
	var err error
	if s.Ceremony, err = json.Marshal(data); err != nil {
		return nil, fmt.Errorf("keep the ceremony of a passkey: %w", err)
	}
	out, err := json.Marshal(asked)
	if err != nil {
		return nil, fmt.Errorf("write the ceremony of a passkey: %w", err)
	}
	return out, w.SaveSession(s)
}

func heldCeremony(s account.Session) (webauthn.SessionData, error) {
	var data webauthn.SessionData
	if len(s.Ceremony) == 0 {
		return data, wrongPasskey()
	}
	if err := json.Unmarshal(s.Ceremony, &data); err != nil {
		return data, fmt.Errorf("read the ceremony of a passkey: %w", err)
	}
	return data, nil
}

func wrongPasskey() error {
	return fault.New(fault.NotAllowed, "passkey", text.Text{
		ZH: "没有认出这个通行密钥；请再试一次，或改用验证码", EN: "the passkey was not recognised: try again, or use a code",
	})
}

// EnrolPasskey enrols the passkey with which a browser answers. The session goes on under a new token; the others of the
// account end.
func (d *Desk) EnrolPasskey(ctx context.Context, token string, answer []byte, name string, at Place, from Way) (Ticket, error) {
	var out Ticket
	err := d.store.Write(ctx, func(w Writing) error {
		s, a, err := d.session(w, hashOf(token), account.Full, account.Enrol)
		if err != nil {
			return err
		}
		data, err := heldCeremony(s)
		if err != nil {
			return err
		}
		b, err := bearerOf(w, a)
		if err != nil {
			return err
		}
		c, err := ceremonies(w, at)
		if err != nil {
			return err
		}
		parsed, err := protocol.ParseCredentialCreationResponseBytes(answer)
		if err != nil {
			return wrongPasskey()
		}
		key, err := c.CreateCredential(b, data, parsed)
		if err != nil {
			return refusedByLibrary(err)
		}
		body, err := json.Marshal(key)
		if err != nil {
			return fmt.Errorf("write passkey: %w", err)
		}
		if name = shortened(name, 60); name == "" {
			name = newID()[:4]
		}
		a.Passkeys = append(slices.Clone(a.Passkeys), account.Passkey{ID: encoded(key.ID), Name: name, Body: body, Since: w.Now()})
		out, err = d.enrolled(w, s, a, "passkey", from)
		return err
	})
	return out, err
}

// refusedByLibrary turns what the library has against an answer into a fault: an answer that does not hold is the bearer's.
func refusedByLibrary(err error) error {
	var theirs *protocol.Error
	if errors.As(err, &theirs) {
		return wrongPasskey()
	}
	return fmt.Errorf("examine passkey: %w", err)
}

// AskPasskey begins to ask for a passkey as the second factor of a sign-in and gives what the browser is asked, as JSON.
func (d *Desk) AskPasskey(ctx context.Context, token string, at Place) ([]byte, error) {
	var out []byte
	err := d.store.Write(ctx, func(w Writing) error {
		s, a, err := d.session(w, hashOf(token), account.Factor)
		if err != nil {
			return err
		}
		if len(a.Passkeys) == 0 {
			return wrongPasskey()
		}
		b, err := bearerOf(w, a)
		if err != nil {
			return err
		}
		c, err := ceremonies(w, at)
		if err != nil {
			return err
		}
		asked, data, err := c.BeginLogin(b, webauthn.WithUserVerification(protocol.VerificationPreferred))
		if err != nil {
			return fmt.Errorf("ask for a passkey: %w", err)
		}
		out, err = hold(w, s, asked, data)
		return err
	})
	return out, err
}

// ProvePasskey takes the browser's answer as the second factor of a sign-in and gives the session that is then opened,
// under a new token. What was asked is answered once. A passkey that seems to have been copied is refused.
func (d *Desk) ProvePasskey(ctx context.Context, token string, answer []byte, at Place, from Way) (Ticket, error) {
	var out Ticket
	var whose account.Account
	err := d.store.Write(ctx, func(w Writing) error {
		s, a, err := d.session(w, hashOf(token), account.Factor)
		if err != nil {
			return err
		}
		whose = a
		data, err := heldCeremony(s)
		if err != nil {
			return err
		}
		b, err := bearerOf(w, a)
		if err != nil {
			return err
		}
		c, err := ceremonies(w, at)
		if err != nil {
			return err
		}
		parsed, err := protocol.ParseCredentialRequestResponseBytes(answer)
		if err != nil {
			return wrongPasskey()
		}
		key, err := c.ValidateLogin(b, data, parsed)
		if err != nil {
			return refusedByLibrary(err)
		}
		if key.Authenticator.CloneWarning {
			return wrongPasskey()
		}
		if a.Passkeys, err = used(a.Passkeys, key, w); err != nil {
			return err
		}
		out, err = d.proven(w, s, a, "passkey", from)
		return err
	})
	if fault.KindOf(err) == fault.NotAllowed {
		return out, d.failedAt(ctx, whose, "passkey", from, err)
	}
	return out, err
}

// used gives the passkeys with one written as it is after use.
func used(keys []account.Passkey, key *webauthn.Credential, w Writing) ([]account.Passkey, error) {
	keys = slices.Clone(keys)
	for i := range keys {
		if keys[i].ID != encoded(key.ID) {
			continue
		}
		body, err := json.Marshal(key)
		if err != nil {
			return nil, fmt.Errorf("write passkey: %w", err)
		}
		keys[i].Body, keys[i].Used = body, w.Now()
	}
	return keys, nil
}
