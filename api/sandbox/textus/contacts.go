package textus

import (
	"cmp"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"time"

	"unibox/api/sandbox/kit"
)

// contactsEach is the largest number of contacts that share a phone number.
const contactsEach = 2

func (p *Server) contactPath(v *conversation, i int) string {
	return "/contacts/" + contactSlugs(p.options.Seed).of(v.id*contactsEach+int64(i))
}

// contact returns contact i of a conversation.
func (p *Server) contact(v *conversation, i int) object {
	path, name := p.contactPath(v, i), v.names[i]
	o := typed("Contact", path)
	first, last, _ := strings.Cut(name, " ")
	o["name"], o["firstName"], o["lastName"] = name, first, last
	o["phones"] = collection("hydra:Collection", path+"/phones", []object{p.phone(v, path)})
	o["notes"], o["conversations"] = path+"/notes", path+"/conversations"
	o["data"], o["formattedData"] = object{"insurance": "Delta"}, object{}
	o["createdAt"] = stampOf(p.start.Add(-span - 400*kit.Day))
	return o
}

func (p *Server) phone(v *conversation, contact string) object {
	o := typed("ContactPhone", "/contact_phones/"+p.slugOf(v))
	o["phoneNumber"], o["formattedPhoneNumber"], o["extension"] = v.phone, display(v.phone), nil
	o["type"], o["deliverabilityStatus"], o["contact"] = "Mobile", "unknown", contact
	return o
}

// pathContact returns the contact of a path: the conversation and the contact's
// index in it.
func (p *Server) pathContact(c *kit.Call) (*conversation, int, error) {
	n, ok := contactSlugs(p.options.Seed).number(c.Segments[0])
	if ok {
		v := p.bySlug(conversationSlugs(p.options.Seed).of(n / contactsEach))
		if i := int(n % contactsEach); v != nil && i < len(v.names) {
			return v, i, nil
		}
	}
	return nil, 0, kit.ErrNotFound
}

func (p *Server) contactConversations(c *kit.Call) (any, error) {
	v, i, err := p.pathContact(c)
	if err != nil {
		return nil, err
	}
	path := p.contactPath(v, i) + "/conversations"
	all := []object{p.wireConversation(v, c, inContact)}
	for _, a := range p.tree {
		if other := p.byPhone(a, v.phone); a != v.account && other != nil {
			all = append(all, p.wireConversation(other, c, inContact))
		}
	}
	return pageOf("ConversationCollection", path, all, len(all), nil), nil
}

func (p *Server) notes(c *kit.Call) (any, error) {
	v, i, err := p.pathContact(c)
	if err != nil {
		return nil, err
	}
	return collection("hydra:Collection", p.contactPath(v, i)+"/notes", p.contactNotes(v, i)), nil
}

// contactNotes returns the notes of a contact, the oldest first.
func (p *Server) contactNotes(v *conversation, i int) []object {
	path := p.contactPath(v, i) + "/notes"
	var all []object
	if v.index%3 == 1 {
		o := typed("ContactNote", path+"/1")
		o["content"], o["user"] = "Prefers mornings. Afraid of needles, be kind.", "/users/"+users[1].slug
		o["createdAt"], o["updatedAt"] = stampOf(v.Last), stampOf(v.Last)
		all = append(all, o)
	}
	for _, n := range p.notesOf[p.contactPath(v, i)] {
		o := typed("ContactNote", fmt.Sprintf("%s/%d", path, len(all)+1))
		o["content"], o["user"], o["createdAt"], o["updatedAt"] = n.text, userOf(0), n.at, n.at
		all = append(all, o)
	}
	return all
}

func (p *Server) phones(c *kit.Call) (any, error) {
	v, i, err := p.pathContact(c)
	if err != nil {
		return nil, err
	}
	path := p.contactPath(v, i)
	return collection("hydra:Collection", path+"/phones", []object{p.phone(v, path)}), nil
}

func (p *Server) associatedContacts(c *kit.Call) (any, error) {
	v, err := p.pathConversation(c)
	if err != nil {
		return nil, err
	}
	var all []object
	for i := range v.names {
		all = append(all, p.contact(v, i))
	}
	return collection("hydra:Collection", p.path(v)+"/associated_contacts", all), nil
}

func (p *Server) listContactFilters(c *kit.Call) (any, error) {
	a, err := p.pathAccount(c)
	if err != nil {
		return nil, err
	}
	path := "/" + a.slug + "/contact_filters"
	o := typed("ContactFilter", path+"/all")
	o["slug"], o["title"] = "all", "All contacts"
	return collection("hydra:Collection", path, []object{o}), nil
}

// bookEntry is a contact of an account: contact i of conversation v.
type bookEntry struct {
	v *conversation
	i int
}

// listContacts lists an account's contacts by name. q matches names and phone
// numbers. See api/textus/REFERENCE.md "Contacts".
func (p *Server) listContacts(c *kit.Call) (any, error) {
	a, err := p.pathAccount(c)
	if err != nil {
		return nil, err
	}
	if c.Segments[1] != "all" {
		return nil, kit.ErrNotFound
	}
	all := p.book(a, strings.ToLower(c.Params.Get("q")))
	path := "/" + a.slug + "/contact_filters/all/contacts"
	places, next, err := paged(p, c, path, countdown(len(all)))
	if err != nil {
		return nil, err
	}
	var members []object
	for _, k := range places {
		one := all[len(all)-1-k]
		o := p.contact(one.v, one.i)
		o["@type"] = "ContactItem"
		members = append(members, o)
	}
	return pageOf("ContactCollection", path, members, len(all), next), nil
}

func (p *Server) book(a *account, q string) []bookEntry {
	var all []bookEntry
	for i := range a.base + len(a.made) {
		v := p.conversation(a, i)
		for n, name := range v.names {
			if strings.Contains(strings.ToLower(name), q) || strings.Contains(v.phone, q) {
				all = append(all, bookEntry{v, n})
			}
		}
	}
	slices.SortStableFunc(all, func(x, y bookEntry) int { return cmp.Compare(x.v.names[x.i], y.v.names[y.i]) })
	return all
}

func (p *Server) listUsers(c *kit.Call) (any, error) {
	a, err := p.pathAccount(c)
	if err != nil {
		return nil, err
	}
	var all []object
	for n := range users {
		all = append(all, userOf(n))
	}
	return collection("hydra:Collection", "/"+a.slug+"/users", all), nil
}

// savedReplies returns the replies of the token's user to this user only.
func (p *Server) savedReplies(c *kit.Call) (any, error) {
	path := "/users/" + c.Segments[0]
	switch userNumber(path) {
	case -1:
		return nil, kit.ErrNotFound
	case 0:
	default:
		return nil, kit.Refusal{Status: http.StatusForbidden, Text: "these replies belong to somebody else"}
	}
	var all []object
	for i, r := range [][2]string{
		{"Opening hours", "We are open Monday to Friday from 8:30 to 18:00."},
		{"Parking", "Parking is free behind the building, enter from Dock Street."},
		{"New patient", "Welcome! Please come ten minutes early and bring your insurance card."},
	} {
		o := typed("SavedReply", fmt.Sprintf("%s/saved_replies/%d", path, i+1))
		o["title"], o["body"], o["createdAt"] = r[0], r[1], stampOf(p.start.Add(-time.Duration(i)*kit.Day))
		all = append(all, o)
	}
	return collection("hydra:Collection", path+"/saved_replies", all), nil
}
