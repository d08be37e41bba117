package desk

import (
	"context"
	"crypto/sha256"
	"encoding/base64"
	"slices"

	"chancery/core/account"
	"chancery/core/calendar"
	"chancery/core/casework"
	"chancery/core/fault"
	"chancery/core/office"
	"chancery/core/text"
)

// Signed gives the reader whose session a token opens. SignedOut comes back for a token that opens nothing (never did, or
// no longer): the session ended, rested too long, was revoked, is not fully signed in, or its account was disabled.
func (d *Desk) Signed(ctx context.Context, token string) (Reader, error) {
	var out Reader
	stale := false
	hash := hashOf(token)
	err := d.store.Read(ctx, func(r Reading) error {
		s, a, err := d.session(r, hash, account.Full)
		if err != nil {
			return err
		}
		o, err := r.Office()
		if err != nil {
			return err
		}
		out = readerOf(s, a, o, r.Now().Day(OfficeZone()))
		out.Figures = casework.SightOf(o, a.Person, r.Now().Day(OfficeZone()), a.Clearance).SeesAllOf("outbound-trip")
		out.Applies = out.Duties.Of() == "" && !d.lib.worked(o, casework.OwnOf(o, a.Person, r.Now().Day(OfficeZone()), casework.Sight{}))
		if out.Prefers, err = r.Preferences(a.Person); err != nil {
			return err
		}
		stale = s.Stale(r.Now())
		return nil
	})
	if err != nil || !stale {
		return out, err
	}
	err = d.store.Write(ctx, func(w Writing) error {
		s, ok, err := w.Session(hash)
		if err != nil || !ok {
			return err
		}
		s.Seen = w.Now()
		return w.SaveSession(s)
	})
	if fault.KindOf(err) == fault.Unavailable {
		return out, nil // while nothing can be written people go on reading; the session is only taken for a little older
	}
	return out, err
}

// worked says that one of the posts that somebody bears has a part in a procedure, or sees more than that.
func (l *Library) worked(o office.Office, own casework.Own) bool {
	has := func(id office.PostID) bool {
		post, ok := o.Post(id)
		return ok && (!post.Sees.IsZero() || l.posts[id])
	}
	return slices.ContainsFunc(own.Posts, has) || slices.ContainsFunc(own.Limited, func(p casework.LimitedPost) bool { return has(p.Post) })
}

func readerOf(s account.Session, a account.Account, o office.Office, day calendar.Day) Reader {
	r := Reader{Person: a.Person, Account: a.ID, Login: a.Login, Duties: a.Duties, Session: s.ID, persons: o.Persons, units: o.Units}
	p, ok := o.Person(a.Person)
	if !ok {
		p = office.Person{Name: string(a.Person)}
	}
	r.Name = text.Text{ZH: p.Name, EN: p.Name}
	if p.Pinyin != "" {
		r.Name.EN = p.Pinyin
	}
	for _, id := range o.PostsOf(a.Person, day) {
		if post, ok := o.Post(id); ok {
			r.Post = post.Name
			break
		}
	}
	if r.Post.IsZero() && a.Duties.Of() != "" {
		r.Post = a.Duties.Of().Title()
	}
	return r
}

// session gives a live session at one of the stages, and its account.
func (d *Desk) session(r Reading, hash account.Hash, stages ...account.Stage) (account.Session, account.Account, error) {
	s, ok, err := r.Session(hash)
	if err != nil {
		return s, account.Account{}, err
	}
	if !ok || !d.policy.Alive(s, r.Now()) || !slices.Contains(stages, s.Stage) {
		return s, account.Account{}, signedOut()
	}
	a, ok, err := r.Account(s.Account)
	if err != nil {
		return s, a, err
	}
	if !ok || a.State != account.Active {
		return s, a, signedOut()
	}
	return s, a, nil
}

func signedOut() error {
	return fault.New(fault.SignedOut, "", text.Text{
		ZH: "尚未登录，或登录已失效；请重新登录", EN: "nobody is signed in here, or no longer: sign in again",
	})
}

func hashOf(token string) account.Hash { return sha256.Sum256([]byte(token)) }

func encoded(random []byte) string { return base64.RawURLEncoding.EncodeToString(random) }
