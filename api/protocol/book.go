package protocol

import (
	"cmp"
	"context"
	"slices"
	"sync"
	"time"

	"unibox/api"
	"unibox/api/rest"
)

// book is what is known of contacts and groups, and who we are.
type book struct {
	mu       sync.Mutex
	contacts map[string]wireContact
	groups   map[string]wireGroup
	// order lists contacts, then groups, as the platform does; read is when.
	order []string
	read  time.Time
	// me is this user, as the sender of a message of ours. Empty until one was
	// seen (REFERENCE.md "Direction").
	me wireContact
	// sure: the platform said so, in the answer to a send.
	sure bool

	// reading is a lock, a channel of capacity one, held while the book is read. It guards
	// contactsRead and groupsRead, what was read so far.
	reading      chan struct{}
	contactsRead partialList[wireContact]
	groupsRead   partialList[wireGroup]
}

func newBook() book {
	return book{contacts: map[string]wireContact{}, groups: map[string]wireGroup{}, reading: make(chan struct{}, 1)}
}

const (
	// maxLookUps is up to how many unknown ids are read one by one.
	maxLookUps = 3
	// bookPages is how many pages of each list are read at most.
	bookPages = 400
	// bookMaxAge is how long the whole book is not read again. Until then unknown
	// ids are read one by one.
	bookMaxAge = time.Hour
)

// learn makes sure that contacts and groups are in the book, if the platform has
// them. Empty ids are skipped. A name is no reason to do without the rest, so what the
// platform refuses or answers with nonsense stays without one.
func (c *Client) learn(ctx context.Context, contacts, groups []string) error {
	missing, unknown := c.book.missing(contacts, groups)
	if len(missing)+len(unknown) > maxLookUps && !c.book.fresh() {
		if err := c.readBook(ctx); matters(err) {
			return err
		}
		missing, unknown = c.book.missing(missing, unknown)
		missing, unknown = firstOf(missing, maxLookUps), firstOf(unknown, maxLookUps)
	}
	for _, id := range missing {
		if _, err := c.lookUp(ctx, id); matters(err) {
			return err
		}
	}
	for _, id := range unknown {
		if _, err := c.lookUpGroup(ctx, id); matters(err) {
			return err
		}
	}
	return nil
}

func firstOf(ids []string, n int) []string { return ids[:min(len(ids), n)] }

// matters reports whether the error of a name is one of the whole account: the
// platform cannot be reached, or wants no more of us for now.
func matters(err error) bool {
	switch api.KindOf(err) {
	case api.ErrAuth, api.ErrPayment, api.ErrRateLimited:
		return true
	case api.ErrUnavailable:
		return !rest.IsGarbled(err)
	}
	return false
}

func (b *book) fresh() bool {
	b.mu.Lock()
	defer b.mu.Unlock()
	return !b.read.IsZero() && time.Since(b.read) < bookMaxAge
}

func (b *book) missing(contacts, groups []string) (noContact, noGroup []string) {
	b.mu.Lock()
	defer b.mu.Unlock()
	return absent(contacts, b.contacts), absent(groups, b.groups)
}

func absent[T any](ids []string, from map[string]T) []string {
	var out []string
	for _, id := range ids {
		if _, ok := from[id]; !ok && id != "" && !slices.Contains(out, id) {
			out = append(out, id)
		}
	}
	return out
}

// lookUp reads a contact. One that is gone is kept without a name, so that it is
// not requested again.
func (c *Client) lookUp(ctx context.Context, id string) (wireContact, error) {
	w, err := get[wireContact](ctx, c, "read contact", "contacts", id)
	switch {
	case err == nil:
		c.book.add(w)
	case api.KindOf(err) == api.ErrNotFound:
		c.book.add(wireContact{ID: ident(id)})
	}
	return w, err
}

// lookUpGroup does the same for a group.
func (c *Client) lookUpGroup(ctx context.Context, id string) (wireGroup, error) {
	w, err := get[wireGroup](ctx, c, "read group", "groups", id)
	switch {
	case err == nil:
		c.book.addGroup(w)
	case api.KindOf(err) == api.ErrNotFound:
		c.book.addGroup(wireGroup{ID: ident(id)})
	}
	return w, err
}

// readBook reads all contacts and groups. If ctx ends before a long book is read,
// the next call continues from there.
func (c *Client) readBook(ctx context.Context) error {
	select {
	case c.book.reading <- struct{}{}:
		defer func() { <-c.book.reading }()
	case <-ctx.Done():
		return &api.Error{Kind: api.ErrUnavailable, Platform: platform, Op: "list contacts", Err: context.Cause(ctx)}
	}
	err := readOn(ctx, c, listing{op: "list contacts", class: api.ClassOther, resource: "contacts"}, &c.book.contactsRead)
	if err == nil {
		err = readOn(ctx, c, listing{op: "list groups", class: api.ClassOther, resource: "groups"}, &c.book.groupsRead)
	}
	if err != nil {
		return err
	}
	c.book.fill(c.book.contactsRead.list, c.book.groupsRead.list)
	c.book.contactsRead, c.book.groupsRead = partialList[wireContact]{}, partialList[wireGroup]{}
	return nil
}

// partialList is a list of the book, as far as it was read.
type partialList[T dated] struct {
	list  []T
	after string
	pages int
	whole bool
}

// readOn reads a list from where it stopped to its end, or to bookPages pages.
func readOn[T dated](ctx context.Context, c *Client, l listing, h *partialList[T]) error {
	for !h.whole {
		b, err := fetch[T](ctx, c, l, h.after, maxPage)
		if api.KindOf(err) == api.ErrCursor { // the contact or group of the cursor is gone
			*h = partialList[T]{}
		}
		if err != nil {
			return err
		}
		h.list = append(h.list, b.items...)
		h.pages++
		if h.whole = !b.more || h.pages >= bookPages; !h.whole {
			h.after = b.last()
		}
	}
	return nil
}

func (b *book) fill(contacts []wireContact, groups []wireGroup) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.order, b.read = nil, time.Now()
	for _, w := range contacts {
		b.contacts[w.id()] = w
		b.order = append(b.order, w.id())
	}
	for _, w := range groups {
		b.groups[w.id()] = w
		b.order = append(b.order, w.id())
	}
}

func (b *book) add(w wireContact) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.contacts[w.id()] = w
}

func (b *book) addGroup(w wireGroup) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.groups[w.id()] = w
}

// contactOf returns the other side of a conversation.
func (b *book) contactOf(w wireConversation) api.Contact {
	b.mu.Lock()
	defer b.mu.Unlock()
	if w.Group != "" {
		return groupContact(b.group(w.Group))
	}
	person, ok := b.contacts[string(w.Contact)]
	if !ok {
		person.ID = w.Contact
	}
	return person.contact()
}

// contact translates a contact. Phone numbers come in any form (REFERENCE.md
// "Contacts"); the handle is their digits, as on other platforms.
func (w wireContact) contact() api.Contact {
	out := api.Contact{Remote: w.id(), Name: w.name(), Handle: string(w.Username)}
	if digits := phoneDigits(string(w.Phone)); digits != "" {
		out.Handle = digits
	}
	return out
}

// name returns the best name that is known (REFERENCE.md "Previews and names").
func (w wireContact) name() string {
	return cmp.Or(string(w.Display), string(w.Username), string(w.Phone), w.id())
}

func groupContact(w wireGroup) api.Contact {
	return api.Contact{Remote: w.id(), Name: cmp.Or(string(w.Name), w.id())}
}

// phoneDigits returns the digits of what looks like a phone number, "" if it does
// not.
func phoneDigits(written string) string {
	digits, ok := rest.PhoneDigits(written)
	if !ok || len(digits) < 8 || len(digits) > 15 {
		return ""
	}
	return digits
}

// setMe notes who we are, as the answer to a request of ours says it.
func (b *book) setMe(w wireContact) {
	b.mu.Lock()
	defer b.mu.Unlock()
	if w.ID != "" {
		b.me, b.sure = w, true
	}
}

// guessMe notes who we must be if nobody else writes for our side.
func (b *book) guessMe(w wireContact) {
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.me.ID == "" {
		b.me = w
	}
}

// surely returns who we are, and whether the platform said so itself.
func (b *book) surely() (wireContact, bool) {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.me, b.sure
}

func (b *book) whoami() wireContact {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.me
}

// nameOf is the best known name of a contact inside another object, which is
// shorter (REFERENCE.md "Contacts").
func (b *book) nameOf(w wireContact) string {
	b.mu.Lock()
	defer b.mu.Unlock()
	if known, ok := b.contacts[w.id()]; ok && known.Username+known.Display != "" {
		return known.name()
	}
	return w.name()
}

// hasContact reports whether an id is one of our contacts.
func (b *book) hasContact(id string) bool {
	b.mu.Lock()
	defer b.mu.Unlock()
	_, ok := b.contacts[id]
	return ok
}

// isCalled reports whether a contact has a username. Where an object names a sender by
// one word, that can be it.
func (b *book) isCalled(id, username string) bool {
	b.mu.Lock()
	defer b.mu.Unlock()
	return username != "" && string(b.contacts[id].Username) == username
}

// isMember reports whether an id is a member of a group.
func (b *book) isMember(id, group string) bool {
	b.mu.Lock()
	defer b.mu.Unlock()
	return slices.ContainsFunc(b.groups[group].Contacts, func(m member) bool { return m.id() == id })
}

// group returns what is known of a group; the caller holds the lock.
func (b *book) group(id ident) wireGroup {
	w := b.groups[string(id)]
	w.ID = id
	return w
}
