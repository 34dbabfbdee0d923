package textus

import (
	"cmp"
	"slices"
	"strings"

	"unibox/api/sandbox/kit"
)

// profile is the token's user. See api/textus/REFERENCE.md "Calls".
func (p *Server) profile(*kit.Call) (any, error) { return p.fullUser(0), nil }

func (p *Server) showUser(c *kit.Call) (any, error) {
	n := userNumber("/users/" + c.Segments[0])
	if n < 0 {
		return nil, kit.ErrNotFound
	}
	return p.fullUser(n), nil
}

// fullUser is a user with the accounts that they are a member of.
func (p *Server) fullUser(n int) object {
	u := userOf(n)
	first, last, _ := strings.Cut(users[n].name, " ")
	u["firstName"], u["lastName"], u["email"] = first, last, strings.ToLower(first)+"@harbor.example"
	u["avatar"], u["automatedActor"], u["discarded"], u["hasPassword"] = nil, false, false, true
	u["settings"] = object{"customSettings": object{}}
	path := "/users/" + users[n].slug + "/memberships"
	var all []object
	for i, a := range p.tree {
		m := typed("Membership", path+"/"+a.slug)
		m["role"], m["user"], m["account"] = "admin", "/users/"+users[n].slug, a.ref()
		if i%2 == 1 {
			m["account"] = "/accounts/" + a.slug
		}
		all = append(all, m)
	}
	u["memberships"] = collection("hydra:Collection", path, all)
	return u
}

// createContact adds a contact to an account. It answers 200, not 201. See
// api/textus/REFERENCE.md "Calls".
func (p *Server) createContact(c *kit.Call) (any, error) {
	a, err := p.pathAccount(c)
	if err != nil {
		return nil, err
	}
	name, numbers := strings.TrimSpace(c.Params.Get("name")), c.Params.Values["phones[number]"]
	switch {
	case name == "":
		return nil, unprocessable("name: is required")
	case len(numbers) == 0:
		return nil, unprocessable("phones: at least one number is required")
	}
	phone := e164Of(numbers[0])
	if !e164().MatchString(phone) {
		return nil, unprocessable("phones: " + numbers[0] + " is no phone number")
	}
	v := p.openConversation(a, phone, c.Now)
	if len(v.names) == contactsEach {
		return nil, unprocessable("phones: the number has as many contacts as it can")
	}
	p.addName(v, name)
	made := p.contact(v, len(v.names)-1)
	p.emit(a, "contact.created", c.Now, func(o object, _ *kit.Call) { o["contact"] = made })
	return made, nil
}

// e164Of reads a number as people write it. Without a plus it is American, as other
// people's clients write "1-303-555-0100".
func e164Of(text string) string {
	digits := strings.Map(func(r rune) rune {
		if r < '0' || r > '9' {
			return -1
		}
		return r
	}, text)
	switch {
	case strings.HasPrefix(text, "+"):
		return "+" + digits
	case len(digits) == 10:
		return "+1" + digits
	}
	return "+" + digits
}

// addName adds a contact to the number of a conversation.
func (p *Server) addName(v *conversation, name string) {
	v.names = append(slices.Clone(v.names), name)
	if v.index < v.account.base {
		p.named[v.id] = v.names
	}
	if m := p.moved[v.id]; m != nil {
		m.names = v.names
	}
}

// note is a note that was written after the start.
type note struct {
	text string
	at   string
}

// addNote adds a note to a contact. The contact does not see it.
func (p *Server) addNote(c *kit.Call) (any, error) {
	v, i, err := p.pathContact(c)
	if err != nil {
		return nil, err
	}
	text := c.Params.Get("content")
	if strings.TrimSpace(text) == "" {
		return nil, unprocessable("content: is required")
	}
	path := p.contactPath(v, i)
	p.notesOf[path] = append(p.notesOf[path], note{text, stampOf(c.Now)})
	all := p.contactNotes(v, i)
	return created{all[len(all)-1]}, nil
}

// optOuts lists the numbers that opted out anywhere in the organization.
func (p *Server) optOuts(c *kit.Call) (any, error) {
	a, err := p.pathAccount(c)
	if err != nil {
		return nil, err
	}
	q, exact := strings.Trim(c.Params.Get("q"), "+"), c.Params.Values["exact"]
	numbers := slices.DeleteFunc(p.optedOut(c), func(n string) bool {
		return !strings.Contains(n, q) || len(exact) > 0 && !slices.Contains(exact, n)
	})
	path := "/" + a.slug + "/opt_outs"
	places, next, err := paged(p, c, path, countdown(len(numbers)))
	if err != nil {
		return nil, err
	}
	var members []object
	for _, k := range places {
		members = append(members, optOut(a, numbers[len(numbers)-1-k]))
	}
	return pageOf("hydra:Collection", path, members, len(numbers), next), nil
}

// optedOut returns the numbers that opted out, in order.
func (p *Server) optedOut(c *kit.Call) []string {
	var all []string
	for _, a := range p.tree {
		for i := range a.base + len(a.made) {
			if v := p.conversation(a, i); p.state(v, c.Now).optedOut {
				all = append(all, v.phone)
			}
		}
	}
	for n := range p.refused {
		all = append(all, n)
	}
	slices.SortFunc(all, cmp.Compare[string])
	return slices.Compact(all)
}

func optOut(a *account, number string) object {
	o := typed("OptOut", "/"+a.slug+"/opt_outs/"+number)
	o["phoneNumber"], o["formattedPhoneNumber"], o["type"] = number, display(number), "opt-out"
	return o
}

func (p *Server) showOptOut(c *kit.Call) (any, error) {
	a, err := p.pathAccount(c)
	if err != nil {
		return nil, err
	}
	if !slices.Contains(p.optedOut(c), c.Segments[1]) {
		return nil, kit.ErrNotFound
	}
	return optOut(a, c.Segments[1]), nil
}

// optOutNumber opts a number out in all accounts. It answers 201 if it was not opted
// out before.
func (p *Server) optOutNumber(c *kit.Call) (any, error) {
	a, err := p.pathAccount(c)
	number := c.Segments[1]
	switch {
	case err != nil:
		return nil, err
	case !e164().MatchString(number):
		return nil, unprocessable("the number must be one such as +14155550142")
	case slices.Contains(p.optedOut(c), number):
		return optOut(a, number), nil
	}
	p.refused[number] = true
	for _, one := range p.tree {
		if v := p.byPhone(one, number); v != nil {
			p.thread(v, c.Now).state.optedOut = true
			p.emitOptOut(v, true, c.Now)
		}
	}
	return created{optOut(a, number)}, nil
}

// contactPhones lists the numbers that an account can write to.
func (p *Server) contactPhones(c *kit.Call) (any, error) {
	a, err := p.pathAccount(c)
	if err != nil {
		return nil, err
	}
	all := p.book(a, strings.ToLower(c.Params.Get("q")))
	path := "/" + a.slug + "/contact_phones"
	places, next, err := paged(p, c, path, countdown(len(all)))
	if err != nil {
		return nil, err
	}
	var members []object
	for _, k := range places {
		one := all[len(all)-1-k]
		o := p.phone(one.v, p.contactPath(one.v, one.i))
		o["@type"], o["contact"] = "RecipientContactPhone", p.contact(one.v, one.i)
		members = append(members, o)
	}
	return pageOf("hydra:Collection", path, members, len(all), next), nil
}
