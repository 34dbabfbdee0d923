package api

import (
	"context"
	"errors"
	"go/ast"
	"go/parser"
	"go/token"
	"path/filepath"
	"reflect"
	"slices"
	"strings"
	"testing"
)

// Every interface of the package is a row of the table of abilities, but for
// those that are none.
func TestEveryInterfaceHasItsRow(t *testing.T) {
	rows := []string{"Provider", "Renewer", "Clock", "Subscriber", "PartSubscriber", "Hearer"}
	for _, a := range abilities {
		rows = append(rows, a.interfaceType.Name())
	}
	declared := interfaces(t)
	slices.Sort(rows)
	slices.Sort(declared)
	if !slices.Equal(rows, declared) {
		t.Errorf("the package declares the interfaces %q, the table has %q", declared, rows)
	}
}

// interfaces are the names of the interfaces that the package declares.
func interfaces(t *testing.T) (names []string) {
	t.Helper()
	files, err := filepath.Glob("*.go")
	if err != nil {
		t.Fatal(err)
	}
	for _, file := range files {
		if strings.HasSuffix(file, "_test.go") {
			continue
		}
		tree, err := parser.ParseFile(token.NewFileSet(), file, nil, 0)
		if err != nil {
			t.Fatal(err)
		}
		ast.Inspect(tree, func(n ast.Node) bool {
			if spec, ok := n.(*ast.TypeSpec); ok {
				if _, ok := spec.Type.(*ast.InterfaceType); ok {
					names = append(names, spec.Name.Name)
				}
			}
			return true
		})
	}
	return names
}

func TestRowsAreInTheOrderOfTheirBits(t *testing.T) {
	for i, a := range abilities {
		if a.Cap != 1<<i {
			t.Errorf("row %d, %s, has bit %b", i, a.Name, a.Cap)
		}
		if got, ok := AbilityOf(a.Cap); !ok || got.Name != a.Name {
			t.Errorf("%s is found as %q", a.Name, got.Name)
		}
	}
	for _, none := range []Caps{0, CapRead | CapStar, 1 << len(abilities), 1 << 63} {
		if a, ok := AbilityOf(none); ok {
			t.Errorf("%b is found as %s", none, a.Name)
		}
	}
}

func TestNamesAndWordsAreUnique(t *testing.T) {
	names, words := map[string]bool{}, map[string]bool{"": true}
	for _, a := range abilities {
		if names[a.Name] || a.Name == "" {
			t.Errorf("the name %q is there twice, or empty", a.Name)
		}
		names[a.Name] = true
		if (a.Word == "") != (a.Execute == nil) {
			t.Errorf("%s has the word %q, and Execute: %v", a.Name, a.Word, a.Execute != nil)
		}
		if a.Word != "" && words[a.Word] {
			t.Errorf("the word %q is there twice", a.Word)
		}
		words[a.Word] = true
		if got, ok := AbilityByWord(a.Word); ok != (a.Word != "") || ok && got.Cap != a.Cap {
			t.Errorf("the word %q finds %v", a.Word, got.Cap)
		}
	}
}

// Each field of a conversation that says yes or no and is switched belongs to
// one ability.
func TestEverySwitchHasAFieldOfItsOwn(t *testing.T) {
	var c Conversation
	fields := map[*Opt[bool]]string{&c.Answered: "nobody: it follows from the messages", &c.Mine: "assigning, which says more", &c.Assigned: "assigning"}
	for _, a := range abilities {
		if a.State == nil {
			continue
		}
		field := a.State(&c)
		if by, taken := fields[field]; taken {
			t.Errorf("%s switches the field of %s", a.Name, by)
		}
		fields[field] = a.Name
	}
	v := reflect.ValueOf(&c).Elem()
	for i := range v.NumField() {
		if field, ok := v.Field(i).Addr().Interface().(*Opt[bool]); ok && fields[field] == "" {
			t.Errorf("no ability switches %s", v.Type().Field(i).Name)
		}
	}
}

// plain is a client without abilities, able is one that stars.
type (
	plain struct{ Provider }
	able  struct{ plain }
)

func (plain) Traits() Traits { return Traits{Platform: "test"} }

func (able) SetStarred(_ context.Context, id ConversationID, on bool) (Conversation, error) {
	return Conversation{ID: id, Starred: Known(on)}, nil
}

func TestCapsAreWhatAClientImplements(t *testing.T) {
	for _, c := range []struct {
		p    Provider
		deny Caps
		want Caps
	}{{plain{}, 0, 0}, {able{}, 0, CapStar}, {able{}, CapRead, CapStar}, {able{}, CapStar, 0}} {
		if got := CapsOf(c.p, Identity{Deny: c.deny}); got != c.want {
			t.Errorf("%T without %q can %q, want %q", c.p, c.deny, got, c.want)
		}
	}
}

func TestExecuteCallsItsMethod(t *testing.T) {
	star, _ := AbilityOf(CapStar)
	req := ChangeRequest{Conversation: ConversationID{"a", "1"}, On: true}
	got, err := star.Execute(t.Context(), able{}, req)
	if on, said := got.Conversation.Starred.Get(); err != nil || !on || !said || got.Conversation.ID != req.Conversation {
		t.Errorf("%+v, %v", got, err)
	}
}

func TestExecuteOfWhatAClientCannot(t *testing.T) {
	for _, a := range abilities {
		if a.Execute == nil {
			continue
		}
		_, err := a.Execute(t.Context(), plain{}, ChangeRequest{})
		var e *Error
		if !errors.As(err, &e) || e.Kind != ErrUnsupported || e.Platform != "test" || e.Op != a.Name {
			t.Errorf("%s: %v", a.Name, err)
		}
	}
}
