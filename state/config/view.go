package config

import (
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"unicode"

	"unibox/state/query"
)

// View is one [[view]] of the file: a filter with a name.
type View struct{ Name, Filter string }

// mostViews is how many views there may be: each is counted, and has a row.
const mostViews = 30

var viewFields = fields[View]{
	"name": text(func(v *View) *string { return &v.Name }).says("what it is called among the channels").must(),
	"filter": {required: true, values: "what `/` takes", means: "which conversations it shows: [filters](README.md#settings)", set: func(v *View, value any) error {
		text, ok := value.(string)
		if !ok || strings.TrimSpace(text) == "" {
			return errors.New(`must be what a filter is typed as, such as "label:vip is:waiting"`)
		}
		if _, err := query.Parse(text, query.Conversations()); err != nil {
			return fmt.Errorf("has a mistake: %w", err)
		}
		v.Filter = text
		return nil
	}},
}

// tables reads each table of an array into a T, and gives those without a mistake to take.
func tables[T any](r *reader, f fields[T], name string, value any, take func(at path, one T)) {
	list, ok := value.([]any)
	if !ok {
		r.noTable(name, "")
		return
	}
	for i, item := range list {
		at := path{name, strconv.Itoa(i)}
		table, ok := item.(map[string]any)
		if !ok {
			r.blame(at, "", fmt.Sprintf("%s must be a table: [[%[1]s]]", name), leftOut(name))
			continue
		}
		var one T
		if fill(r, f, at, "", name, table, &one) {
			take(at, one)
		}
	}
}

// views reads the saved views.
func (r *reader) views(value any) {
	tables(r, viewFields, "view", value, func(at path, v View) {
		views := &r.config.Views
		switch {
		case !plainName(v.Name):
			r.blame(at, "", "a view needs a name, of one line", leftOut("view"))
		case v.Filter == "":
			r.blame(at, "", fmt.Sprintf("the view %q needs a filter", v.Name), leftOut("view"))
		case slices.ContainsFunc(*views, func(other View) bool { return strings.EqualFold(other.Name, v.Name) }):
			r.blame(at.with("name"), "", fmt.Sprintf("there is another view %q", v.Name), leftOut("view"))
		case len(*views) == mostViews:
			r.blame(at, "", fmt.Sprintf("there are more than %d views", mostViews), leftOut("view"))
		default:
			*views = append(*views, v)
			r.use(at)
		}
	})
}

// plainName reports whether a name is a line of text that can be read.
func plainName(name string) bool {
	return strings.TrimSpace(name) != "" && !strings.ContainsFunc(name, unicode.IsControl)
}
