package textus

import (
	"context"
	"encoding/base64"
	"encoding/json"
	"net/url"
	"slices"
	"strings"

	"unibox/api"
	"unibox/api/rest"
)

const (
	opAssign = "assign"
	opChoose = "choose contact"
)

// Agents lists the users of the conversation's account.
func (c *Client) Agents(ctx context.Context, id api.ConversationID) ([]api.Agent, error) {
	const op = "list users"
	p, err := c.peer(ctx, op, id)
	if err != nil {
		return nil, err
	}
	a := c.accountOf(p.account)
	users, err := collect[wireUser](ctx, c, op, api.ClassOther, a.through(a.Users, "users"))
	var out []api.Agent
	for _, u := range users {
		c.known.learnUser(u)
		if u.ID != "" {
			out = append(out, api.Agent{Remote: string(u.ID), Name: string(u.Name)})
		}
	}
	return out, err
}

// Assignees lists the users to whom the conversation is assigned (REFERENCE.md
// "Conversations").
func (c *Client) Assignees(ctx context.Context, id api.ConversationID) ([]api.Agent, error) {
	_, list, err := c.assignments(ctx, "list assignments", id)
	var out []api.Agent
	for _, a := range list {
		user, name := c.known.user(a.Assignee)
		out = append(out, api.Agent{Remote: user, Name: name})
	}
	return out, err
}

// assignments reads a conversation and its assignments.
func (c *Client) assignments(ctx context.Context, op string, id api.ConversationID) (wireConversation, []wireAssignment, error) {
	w, err := c.read(ctx, op, id)
	if err != nil {
		return w, nil, err
	}
	if w.Assignments.path == "" {
		return w, nil, refuse(op, notOffered)
	}
	list, err := collect[wireAssignment](ctx, c, op, api.ClassOther, w.Assignments.path)
	if err == nil {
		c.setTaken(ctx, w.slug(), w.accountSlug(), list)
	}
	return w, list, err
}

// SetAssigned assigns the conversation to a user, or ends that (REFERENCE.md
// "Verbs of the links").
func (c *Client) SetAssigned(ctx context.Context, id api.ConversationID, agent api.Agent, on bool) (api.Conversation, error) {
	if c.known.isUnsupported(opAssign) {
		return api.Conversation{}, unsupported(opAssign)
	}
	w, list, err := c.assignments(ctx, opAssign, id)
	if err != nil {
		return api.Conversation{}, err
	}
	has := ""
	for _, a := range list {
		if user, _ := c.known.user(a.Assignee); user == agent.Remote {
			has = string(a.ID)
		}
	}
	switch {
	case on && has == "":
		return c.reassign(ctx, id, append(c.who(list), agent.Remote), rest.Request{Op: opAssign, Method: "POST", Link: w.Assignments.path, Body: body(map[string]string{"assignee": agent.Remote})})
	case !on && has != "":
		left := slices.DeleteFunc(c.who(list), func(user string) bool { return user == agent.Remote })
		return c.reassign(ctx, id, left, rest.Request{Op: opAssign, Method: "DELETE", Link: has})
	}
	return c.conversation(w, ""), nil
}

// reassign changes an assignment, after which the conversation is assigned to these users.
func (c *Client) reassign(ctx context.Context, id api.ConversationID, to []string, req rest.Request) (api.Conversation, error) {
	out, err := c.act(ctx, id, req)
	if err == nil {
		c.known.setTaken(id.Remote, to)
		out.Assigned = api.Known(len(to) > 0)
		to, mine := c.known.assignedTo(id.Remote)
		if out.AssignedTo = to; mine != (api.Opt[bool]{}) {
			out.Mine = mine
		}
	}
	return out, err
}

// Candidates lists the contacts that share the conversation's number.
func (c *Client) Candidates(ctx context.Context, id api.ConversationID) ([]api.Contact, error) {
	const op = "list contacts of the number"
	w, err := c.read(ctx, op, id)
	if err != nil {
		return nil, err
	}
	found, err := deref(ctx, c, op, w.Associated)
	var out []api.Contact
	for _, one := range found {
		out = append(out, api.Contact{Remote: string(one.ID), Name: string(one.Name), Handle: strings.TrimPrefix(string(w.Phone), "+")})
	}
	return out, err
}

// deref returns the members of a collection that may be a link.
func deref[T any](ctx context.Context, c *Client, op string, r ref[collection[T]]) ([]T, error) {
	switch {
	case r.value != nil:
		return r.value.Members, nil
	case r.link == "":
		return nil, nil
	}
	return collect[T](ctx, c, op, api.ClassOther, r.link)
}

// ChooseContact says which contact of the number is speaking (REFERENCE.md "Verbs
// of the links").
func (c *Client) ChooseContact(ctx context.Context, id api.ConversationID, contact api.Contact) (api.Conversation, error) {
	if c.known.isUnsupported(opChoose) {
		return api.Conversation{}, unsupported(opChoose)
	}
	w, err := c.read(ctx, opChoose, id)
	if err != nil {
		return api.Conversation{}, err
	}
	if w.AssignContact.path == "" {
		return c.conversation(w, ""), refuse(opChoose, notOffered)
	}
	return c.act(ctx, id, rest.Request{
		Op: opChoose, Method: "PUT", Link: w.AssignContact.path, Body: body(map[string]string{"assigned_contact": contact.Remote}),
	})
}

// contactCursor is a position in the list of contacts: the lists still to be read.
type contactCursor struct {
	Links []string `json:"l"`
}

const opBook = "list contacts"

// Contacts searches the contacts of each account in turn, sorted by name. The
// query matches names and numbers (REFERENCE.md "Calls").
func (c *Client) Contacts(ctx context.Context, query string, req api.PageRequest) (api.Page[api.Contact], error) {
	at, err := c.decodeContactCursor(ctx, query, req)
	var out api.Page[api.Contact]
	for round := 0; err == nil && len(at.Links) > 0 && len(out.Items) == 0; round++ {
		var p page[wireContact]
		asked := at.Links[0]
		if err = c.get(ctx, opBook, api.ClassOther, asked, &p); err != nil {
			return out, rest.Refused(err, req.Cursor != "" || round > 0)
		}
		for _, w := range p.Members {
			out.Items = append(out.Items, w.contact())
		}
		switch {
		case p.cut != nil:
			return out, cursorError(opBook, p.cut.Error())
		case p.Next == asked || round > mostPages:
			return out, cursorError(opBook, "the next page is the same page again")
		case p.Next != "":
			at.Links[0] = p.Next
		default:
			at.Links = at.Links[1:]
		}
	}
	if len(at.Links) > 0 {
		raw, _ := json.Marshal(at) // text can be encoded
		out.Next = api.Cursor(base64.RawURLEncoding.EncodeToString(raw))
	}
	return out, err
}

func (c *Client) decodeContactCursor(ctx context.Context, query string, req api.PageRequest) (contactCursor, error) {
	var at contactCursor
	if req.Cursor != "" {
		raw, err := base64.RawURLEncoding.DecodeString(string(req.Cursor))
		if err != nil || json.Unmarshal(raw, &at) != nil || len(at.Links) == 0 {
			return at, cursorError(opBook, "the cursor is not one of ours")
		}
		return at, nil
	}
	accounts, err := c.accounts(ctx, opBook)
	for _, a := range accounts {
		filters, err := collect[wireFilter](ctx, c, opBook, api.ClassOther, a.through(a.ContactFilters, "contact_filters"))
		if err != nil && !brokeOff(err) {
			return at, err
		}
		chosen, _ := prefer(filters)
		for _, f := range chosen {
			link := f.under(a.slug(), "contact_filters", "contacts")
			if query != "" {
				link += "?" + url.Values{"q": {query}}.Encode()
			}
			at.Links = append(at.Links, link)
		}
	}
	return at, err
}

// contact translates an entry of the list of contacts; its handle is the first
// number.
func (w *wireContact) contact() api.Contact {
	out := api.Contact{Remote: string(w.ID), Name: string(w.Name)}
	if v := w.Phones.value; v != nil && len(v.Members) > 0 {
		out.Handle = strings.TrimPrefix(string(v.Members[0].Number), "+")
	}
	return out
}
