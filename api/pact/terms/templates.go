package terms

import (
	"cmp"
	"slices"
	"strconv"

	"unibox/api"
	"unibox/api/rest"
)

// Templated is the kind of channel that takes templates.
const Templated api.ChannelKind = "whatsapp_business"

// Template is a template of WhatsApp Business as both versions of the API list it
// (api/pact/REFERENCE.md "Templates", "p2 objects").
type Template struct {
	// Waba is the name that a send has to give.
	Waba     rest.Text  `json:"waba_id"`
	Name     rest.Text  `json:"name"`
	Body     rest.Text  `json:"body"`
	Fields   rest.Count `json:"substitutions_count"`
	Position rest.Count `json:"position"`
}

func (t Template) template() Template { return t }

// mostFields bounds what a template says of the number of its fields.
const mostFields = 50

// Templates are the listed templates in the order in which people put them, which it
// brings the list into.
func Templates[T interface{ template() Template }](listed []T) []api.Template {
	slices.SortStableFunc(listed, func(a, b T) int { return cmp.Compare(a.template().Position, b.template().Position) })
	out := make([]api.Template, 0, len(listed))
	for _, l := range listed {
		w := l.template()
		t := api.Template{Remote: string(w.Waba), Name: string(cmp.Or(w.Name, w.Waba)), Body: string(w.Body)}
		for n := range min(w.Fields, mostFields) {
			t.Fields = append(t.Fields, "{{"+strconv.Itoa(int(n)+1)+"}}")
		}
		out = append(out, t)
	}
	return out
}

// Filled is an error unless every field of a template is filled in.
func Filled(op string, out api.TemplateMessage) error {
	if len(out.Values) != len(out.Template.Fields) || slices.Contains(out.Values, "") {
		return Refuse(op, "every field of the template has to be filled in")
	}
	return nil
}

// NotTemplated is the error for a template on another kind of channel than Templated.
func NotTemplated(op string) error { return Refuse(op, "templates are for WhatsApp Business alone") }
