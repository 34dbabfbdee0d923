package textus

import (
	"bytes"
	"cmp"
	"context"
	"encoding/json"
	"maps"
	"slices"
	"strings"

	"unibox/api"
	"unibox/api/rest"
)

const opFacts = "read about the conversation"

// Facts returns what is known of a conversation. What cannot be read is left out,
// unless it is the conversation itself or the platform cannot be asked at all.
func (c *Client) Facts(ctx context.Context, id api.ConversationID) ([]api.Fact, error) {
	w, err := c.read(ctx, opFacts, id)
	if err != nil {
		return nil, err
	}
	f := facts{client: c, ctx: ctx}
	f.state(&w, c.conversation(w, ""))
	f.people(&w, id)
	f.contact(w.Contact.value)
	f.elsewhere(w.Contact.value, w.slug())
	f.stats(w.Stats.path)
	return f.list, f.err
}

// facts gathers facts. err is the first error after which no request can succeed.
type facts struct {
	client *Client
	ctx    context.Context
	list   []api.Fact
	err    error
}

// add adds a fact, if there is something to say.
func (f *facts) add(label string, values ...string) {
	values = slices.DeleteFunc(values, func(v string) bool { return v == "" })
	if len(values) > 0 {
		f.list = append(f.list, api.Fact{Label: label, Value: strings.Join(values, ", ")})
	}
}

// succeeded reports whether a request succeeded, and keeps a fatal error.
func (f *facts) succeeded(err error) bool {
	switch api.KindOf(err) {
	case api.ErrAuth, api.ErrRateLimited, api.ErrUnavailable:
		f.err = cmp.Or(f.err, err)
	}
	return err == nil && f.err == nil
}

// state adds the state of the conversation itself.
func (f *facts) state(w *wireConversation, conv api.Conversation) {
	var marks []string
	for _, m := range []struct {
		on   bool
		word string
	}{
		{conv.Blocked.Or(false) && w.State != "blocked", "blocked"}, {conv.OptedOut.Or(false), "opted out"},
		{w.Unanswered.On, "unanswered"}, {conv.Starred.Or(false), "starred by you"}, {conv.Mine.Or(false), "assigned to you"},
	} {
		if m.on {
			marks = append(marks, m.word)
		}
	}
	f.add("State", append([]string{string(w.State)}, marks...)...)
	f.add("Number", string(cmp.Or(w.Formatted, w.Phone)))
	if channel, ok := conv.Channel.Get(); ok {
		a := f.client.accountOf(channel.Remote)
		f.add("Account", cmp.Or(string(a.Name), a.slug()))
	}
	if v := w.Scheduled.value; v != nil {
		f.add("Next scheduled", string(v.Body))
	}
}

// people adds our users in the conversation, and the contacts of the number.
func (f *facts) people(w *wireConversation, id api.ConversationID) {
	users, err := deref(f.ctx, f.client, opFacts, w.Participants)
	if f.succeeded(err) {
		var names []string
		for _, u := range users {
			_, name := f.client.known.user(u)
			names = append(names, name)
		}
		f.add("Participants", names...)
	}
	if has, err := f.client.Assignees(f.ctx, id); f.succeeded(err) {
		var names []string
		for _, a := range has {
			names = append(names, cmp.Or(a.Name, a.Remote))
		}
		f.add("Assigned to", names...)
	}
	if all, err := deref(f.ctx, f.client, opFacts, w.Associated); f.succeeded(err) && len(all) > 1 {
		var names []string
		for _, one := range all {
			names = append(names, string(one.Name))
		}
		f.add("Sharing the number", names...)
	}
}

// contact adds what is known of the assigned contact.
func (f *facts) contact(w *wireContact) {
	if w == nil {
		return
	}
	if phones, err := deref(f.ctx, f.client, opFacts, w.Phones); f.succeeded(err) {
		for _, p := range phones {
			f.add(cmp.Or(string(p.Type), "Phone"), string(cmp.Or(p.Formatted, p.Number)))
		}
	}
	if notes, err := deref(f.ctx, f.client, opFacts, w.Notes); f.succeeded(err) {
		for _, n := range notes {
			f.add("Note", string(n.Content))
		}
	}
}

// elsewhere adds the other conversations that the contact has had, with whichever of
// our users and in whichever account (REFERENCE.md "Calls").
func (f *facts) elsewhere(w *wireContact, here string) {
	if w == nil {
		return
	}
	all, err := deref(f.ctx, f.client, opFacts, w.Conversations)
	if !f.succeeded(err) && !brokeOff(err) {
		return
	}
	for _, other := range all {
		if other.slug() == "" || other.slug() == here {
			continue
		}
		account := cmp.Or(string(f.client.accountOf(other.accountSlug()).Name), other.accountSlug())
		if v := other.Account.value; v != nil {
			account = cmp.Or(string(v.Name), account)
		}
		last := ""
		if v := other.Latest.value; v != nil {
			last = string(v.Body)
		}
		f.add("Also with "+account, string(other.State), string(cmp.Or(other.Formatted, other.Phone)), last)
	}
}

// stats are whatever plain values the platform gives; their names are not
// published (REFERENCE.md "Calls").
func (f *facts) stats(link string) {
	if link == "" {
		return
	}
	var v map[string]json.RawMessage
	if !f.succeeded(f.client.get(f.ctx, opFacts, api.ClassOther, link, &v)) {
		return
	}
	for _, name := range slices.Sorted(maps.Keys(v)) {
		if !strings.HasPrefix(name, "@") && name != "id" && name != "conversation" && !bytes.HasPrefix(v[name], []byte("[")) {
			f.add(words(name), rest.Scalar(v[name]))
		}
	}
}

// SavedReplies lists the replies of the token's user (REFERENCE.md "Accounts").
func (c *Client) SavedReplies(ctx context.Context) ([]api.SavedReply, error) {
	const op = "list saved replies"
	if err := c.learnMe(ctx, op); err != nil {
		return nil, err
	}
	me := c.known.whoami()
	if me == "" {
		return nil, refuse(op, "TextUs does not say whose token this is until something was sent; send a message first")
	}
	found, err := collect[wireReply](ctx, c, op, api.ClassOther, me+"/saved_replies")
	var out []api.SavedReply
	for _, w := range found {
		if w.Body != "" {
			out = append(out, api.SavedReply{Title: string(cmp.Or(w.Title, w.Name)), Body: string(w.Body)})
		}
	}
	return out, err
}
