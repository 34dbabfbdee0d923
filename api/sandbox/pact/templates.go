package pact

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"unibox/api/sandbox/kit"
)

// template is a text that WhatsApp Business has approved. A {{1}} in it is a field.
type template struct {
	id                 int64
	name, wabaID, body string
	language           string
	fields             int
	// header says what stands above the text; empty for nothing.
	header, above string
}

// templates are those of every company with a WhatsApp Business channel.
var templates = []template{
	{1, "Order ready", "order_ready", "Hello {{1}}, your order {{2}} is ready. We are open until {{3}}.", "en", 3, "", ""},
	{2, "We open again", "open_again", "Good news: we are open again, come and see us!", "en", 0, "text", "Harbour Bakery"},
	{3, "Заказ готов", "order_ready_ru", "Здравствуйте, {{1}}! Ваш заказ {{2}} готов.", "ru", 2, "", ""},
	{4, "Invoice", "invoice", "Dear {{1}}, here is your invoice over {{2}}.", "en", 2, "document", ""},
	{5, "Follow up", "follow_up", "Hi {{1}}, you asked us a question. Do you still need an answer?", "en", 1, "image", ""},
}

// templatesOf returns the templates of a company in the order of their positions.
func (p *Server) templatesOf(c *company) []template {
	if c.carrying("whatsapp_business") == nil {
		return nil
	}
	return templates
}

// wireTemplate is a template as both versions show it; p1 leaves the rest out. See
// api/pact/REFERENCE.md "Templates".
func (p *Server) wireTemplate(c *company, t template) object {
	return object{
		"id": c.id*100 + t.id, "company_id": c.id, "name": t.name, "waba_id": t.wabaID, "body": t.body,
		"substitutions_count": t.fields, "position": t.id,
	}
}

// listTemplates serves p1.
func (p *Server) listTemplates(c *kit.Call) (any, error) {
	company, err := p.company(c)
	if err != nil {
		return nil, err
	}
	w, err := windowOf(c.Params)
	if err != nil {
		return nil, err
	}
	all := p.templatesOf(company)
	page, next := listing{fmt.Sprint("templates of ", company.id), len(all), func(i int) int64 { return all[i].id }}.cut(p.options.Seed, w)
	out := []object{}
	for _, i := range page {
		out = append(out, p.wireTemplate(company, all[i]))
	}
	return list("waba_templates", out, next), nil
}

// listTemplates serves p2: the newest first, or by position.
func (a p2) listTemplates(c *kit.Call) (any, error) {
	w, err := pageOf(c.Params, 25)
	if err != nil {
		return nil, err
	}
	some, err := a.companies(c, false)
	if err != nil {
		return nil, err
	}
	all := []object{}
	for _, one := range some {
		for _, t := range a.world.templatesOf(one) {
			all = append(all, a.wireTemplate(one, t))
		}
	}
	if err := order(all, c.Params); err != nil {
		return nil, err
	}
	lo, hi := w.of(len(all))
	return w.list("waba_templates", all[lo:hi]), nil
}

// wireTemplate has all fields of api/pact/REFERENCE.md "p2 objects".
func (a p2) wireTemplate(c *company, t template) object {
	w := a.world.wireTemplate(c, t)
	w["header_content_type"], w["header"], w["namespace"] = nil, nil, nil
	w["created_at"] = wireTime(a.world.start.Add(-time.Duration(t.id) * 31 * kit.Day))
	if t.header != "" {
		w["header_content_type"] = t.header
	}
	if t.above != "" {
		w["header"] = t.above
	}
	return w
}

// order sorts templates as the parameter sort says, without it the newest first.
func order(all []object, p kit.Params) error {
	key, up := "created_at", false
	for _, name := range []string{"position", "created_at"} {
		switch direction := p.Get("sort[" + name + "]"); direction {
		case "":
		case "asc", "desc":
			key, up = name, direction == "asc"
		default:
			return kit.BadRequest("sort: the direction must be asc or desc")
		}
	}
	slices.SortStableFunc(all, func(a, b object) int {
		if !up {
			a, b = b, a
		}
		return strings.Compare(fmt.Sprintf("%5v", a[key]), fmt.Sprintf("%5v", b[key]))
	})
	return nil
}

// companies returns the companies that company_ids names; all if it names none and
// none is required.
func (a p2) companies(c *kit.Call, required bool) ([]*company, error) {
	given := c.Params.Values["company_ids"]
	switch {
	case len(given) == 0 && required:
		return nil, kit.BadRequest("company_ids: is required")
	case len(given) == 0:
		return a.world.companies, nil
	}
	var some []*company
	for _, text := range given {
		i := slices.IndexFunc(a.world.companies, func(one *company) bool { return strconv.FormatInt(one.id, 10) == text })
		if i < 0 {
			return nil, kit.ErrNotFound
		}
		some = append(some, a.world.companies[i])
	}
	return some, nil
}

// template returns the template of a company with a name, or nil.
func (p *Server) template(c *company, name string) *template {
	all := p.templatesOf(c)
	i := slices.IndexFunc(all, func(t template) bool { return t.wabaID == name })
	if i < 0 {
		return nil
	}
	return &all[i]
}

// filled returns the text of a template with its fields filled in. parameter is the
// name that the request has for a template.
func (p *Server) filled(c *company, parameter, name string, fields []string) (string, error) {
	t := p.template(c, name)
	switch {
	case name == "":
		return "", kit.BadRequest(parameter + ": WhatsApp Business begins a conversation with a template")
	case t == nil:
		return "", kit.BadRequest(parameter + ": there is no template " + name)
	case len(fields) != t.fields:
		return "", kit.BadRequest(fmt.Sprintf("%s: the template takes %d fields", parameter, t.fields))
	}
	text := t.body
	for n, value := range fields {
		text = strings.ReplaceAll(text, fmt.Sprintf("{{%d}}", n+1), value)
	}
	return text, nil
}
