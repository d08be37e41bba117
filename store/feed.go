package store

import "chancery/core/account"

// Feed gives the feed whose address has a hash.
func (t *Tx) Feed(hash account.Hash) (f account.Feed, ok bool, err error) {
	return first(t.feeds(oneFeed, hash[:]))
}

// FeedOf gives the feed of an account.
func (t *Tx) FeedOf(id account.ID) (f account.Feed, ok bool, err error) {
	return first(t.feeds(feedOf, string(id)))
}

func (t *Tx) feeds(q string, args ...any) ([]account.Feed, error) {
	var out []account.Feed
	err := t.each("read feed", q, args, func(scan func(...any) error) error {
		var (
			f    account.Feed
			hash []byte
		)
		err := scan((*string)(&f.Account), &hash, (*int64)(&f.Made), (*int64)(&f.Asked))
		copy(f.Hash[:], hash)
		out = append(out, f)
		return err
	})
	return out, err
}

// SaveFeed writes the feed of an account in place of the one before, which opens nothing any more.
func (t *Tx) SaveFeed(f account.Feed) error {
	return t.put("save feed", putFeed, string(f.Account), f.Hash[:], int64(f.Made))
}

// TouchFeed notes that a feed was asked for now. One that was revoked meanwhile stays so.
func (t *Tx) TouchFeed(hash account.Hash) error {
	_, err := t.exec("touch feed", touchFeed, hash[:], int64(t.at))
	return err
}

// DropFeed makes the feed of an account open nothing, and says whether there was one.
func (t *Tx) DropFeed(id account.ID) (bool, error) {
	n, err := t.exec("drop feed", dropFeed, string(id))
	return n > 0, err
}
