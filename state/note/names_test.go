package note

import (
	"slices"
	"testing"
)

func TestNamesAreFoundInNotes(t *testing.T) {
	known := []string{"Olga", "Olga Petrova", "maya", "Ян"}
	for body, want := range map[string][]string{
		"@olga please look":          {"olga"},
		"@Olga Petrova, call him":    {"olga petrova"},
		"ask @OLGA, @maya and @olga": {"olga", "maya"},
		"anna@example.com wrote":     nil,
		"(@ян)":                      {"ян"},
		"@olgax is another":          {"olgax"},
		"@new.one.":                  {"new.one"},
		"@ nobody, @@":               nil,
		"a\n@maya":                   {"maya"},
		"@Янина is not the one":      {"янина"},
		"\x1b@maya\x00 @\xff\xfe":    {"maya"},
		"@maya@olga":                 {"maya"},
	} {
		if got := Names(body, known); !slices.Equal(got, want) {
			t.Errorf("%q names %q, want %q", body, got, want)
		}
	}
}

func TestTabCompletesAName(t *testing.T) {
	known := []string{"olga", "Olga Petrova", "maya"}
	for _, c := range []struct {
		body, want string
		fit        int
	}{
		{"ask @ma", "ask @maya ", 1}, {"@ol", "@olga", 2}, {"@olga", "@olga", 2}, {"@olga p", "@Olga Petrova ", 1},
		{"no name", "no name", 0}, {"x@ma", "x@ma", 0}, {"@zz", "@zz", 0}, {"@", "@", 3},
	} {
		if got, fit := Complete(c.body, known); got != c.want || len(fit) != c.fit {
			t.Errorf("%q became %q with %q", c.body, got, fit)
		}
	}
}

func FuzzNames(f *testing.F) {
	f.Add("@olga and \xff@\xf0\x9f")
	f.Fuzz(func(t *testing.T, body string) {
		Names(body, []string{"olga", "Ян", "İ"})
		Complete(body, []string{"olga", "Ян", "İ"})
	})
}

func TestWhatCannotBeANote(t *testing.T) {
	for _, body := range []string{"", " \n", string(make([]byte, Longest+1)), "\xff"} {
		if Wrong(body) == "" {
			t.Errorf("%.20q is a note", body)
		}
	}
	if why := Wrong("calls at noon"); why != "" {
		t.Error(why)
	}
}
