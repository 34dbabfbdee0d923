package spoken

import (
	"slices"
	"testing"
)

func at(id, title, selected string) Part {
	return Part{ID: id, Title: title, Selected: Thing{selected, selected + " is selected"}}
}

func ours(id, outcome string) Message {
	return Message{Thing: Thing{id, "you: hello"}, Outcome: outcome, Brief: "“hello”"}
}

func theirs(id string) Message { return Message{Thing: Thing{id, "Anna: " + id}} }

// L5: what is said is what a scene has that the one before had not, in order, and once.
func TestOnlyWhatIsNewIsSaid(t *testing.T) {
	list := at("list", "Waiting", "anna")
	thread := func(m ...Message) Thread { return Thread{ID: "anna", Messages: m, Asked: true} }
	unasked := func(m ...Message) Thread { return Thread{ID: "anna", Messages: m} }
	away := func(m ...Message) Thread {
		return Thread{ID: "anna", Title: "Conversation with Anna", Messages: m, Asked: true}
	}
	masked := Message{Thing: Thing{"1", "you: ••••••"}, Outcome: "sent", Brief: "••••••", When: "12:50"}
	for name, c := range map[string]struct {
		was, now Scene
		want     []string
	}{
		"nothing":             {Scene{Here: list}, Scene{Here: list}, nil},
		"a move":              {Scene{Here: list}, Scene{Here: at("list", "Waiting", "omar")}, []string{"omar is selected"}},
		"another place":       {Scene{Here: list}, Scene{Here: at("thread", "Conversation", "m")}, []string{"Conversation", "m is selected"}},
		"news come first":     {Scene{Here: list}, Scene{News: []string{"copied"}, Here: at("list", "Waiting", "omar")}, []string{"copied", "omar is selected"}},
		"a task":              {Scene{Task: "press j"}, Scene{Task: "press enter"}, []string{"press enter"}},
		"a problem":           {Scene{}, Scene{Problem: "the disk is full"}, []string{"Problem: the disk is full"}},
		"a problem ends":      {Scene{Problem: "the disk is full"}, Scene{}, []string{"The problem with the store is over"}},
		"a message":           {Scene{Thread: thread(theirs("1"))}, Scene{Thread: thread(theirs("1"), theirs("2"))}, []string{"Anna: 2"}},
		"the first message":   {Scene{Thread: thread()}, Scene{Thread: thread(theirs("1"))}, []string{"Anna: 1"}},
		"the first answer":    {Scene{Thread: unasked()}, Scene{Thread: thread(theirs("1"), theirs("2"))}, nil},
		"behind the first":    {Scene{Thread: unasked(ours("out", ""))}, Scene{Thread: thread(theirs("1"), ours("out", "sent"), theirs("2"))}, []string{"sent: “hello”"}},
		"ours before that":    {Scene{Thread: unasked()}, Scene{Thread: unasked(ours("out", ""))}, []string{"you: hello"}},
		"while one is away":   {Scene{Thread: away(ours("1", ""))}, Scene{Thread: away(ours("1", "sent"), theirs("2"))}, []string{"Conversation with Anna: sent: “hello”", "Conversation with Anna: Anna: 2"}},
		"which is masked":     {Scene{Thread: thread(Message{Thing: masked.Thing, Brief: masked.Brief, When: masked.When})}, Scene{Thread: thread(masked)}, []string{"sent: 12:50 ••••••"}},
		"older messages":      {Scene{Thread: thread(theirs("2"))}, Scene{Thread: thread(theirs("1"), theirs("2"))}, nil},
		"another thread":      {Scene{Thread: thread(theirs("1"))}, Scene{Thread: Thread{ID: "omar", Messages: []Message{theirs("7")}, Asked: true}}, nil},
		"an outcome":          {Scene{Thread: thread(ours("1", ""))}, Scene{Thread: thread(ours("1", "failed: no line"))}, []string{"failed: no line: “hello”"}},
		"a retry":             {Scene{Thread: thread(ours("1", "failed"))}, Scene{Thread: thread(ours("1", ""))}, []string{"on its way again: “hello”"}},
		"listed, and sent":    {Scene{Thread: thread(ours("out", ""))}, Scene{Thread: thread(ours("9", "sent"))}, []string{"sent: “hello”"}},
		"listed as it was":    {Scene{Here: at("t", "", "out"), Thread: thread(ours("out", "sent"))}, Scene{Here: at("t", "", "9"), Thread: thread(ours("9", "sent"))}, nil},
		"out of the outbox":   {Scene{Known: true, Outbox: []Unsent{{Thing: Thing{"1", "Omar: hi"}, Conversation: "omar"}}}, Scene{Known: true}, []string{"No longer in the outbox: Omar: hi"}},
		"to decide":           {Scene{Known: true, Outbox: []Unsent{{Thing: Thing{"1", "Omar: hi"}, Conversation: "omar"}}}, Scene{Known: true, Outbox: []Unsent{{Thing{"1", "Omar: hi"}, "omar", "no line"}}}, []string{"To decide: Omar: hi: no line"}},
		"outbox not read":     {Scene{Known: true, Outbox: []Unsent{{Thing: Thing{"1", "Omar: hi"}, Conversation: "omar"}}}, Scene{}, nil},
		"what parts words":    {Scene{}, Scene{News: []string{"a , b  c"}}, []string{"a, b c"}},
		"of the open thread":  {Scene{Thread: thread(), Known: true, Outbox: []Unsent{{Thing{"1", "Anna: hi"}, "anna", ""}}}, Scene{Thread: thread(), Known: true}, nil},
		"what is wrong there": {Scene{Here: list}, Scene{Here: Part{ID: "list", State: "nobody matches", Selected: list.Selected}}, []string{"nobody matches"}},
	} {
		var a Announcer
		a.Say(nil, c.was)
		if got := a.Say(nil, c.now); !slices.Equal(got, c.want) && len(got)+len(c.want) > 0 {
			t.Errorf("%s: %q, want %q", name, got, c.want)
		}
	}
}

func TestAgainSaysWhereOneIs(t *testing.T) {
	var a Announcer
	scene := Scene{Here: at("list", "Waiting", "anna")}
	a.Say(nil, scene)
	a.Again()
	if got, want := a.Say(nil, scene), []string{"Waiting", "anna is selected"}; !slices.Equal(got, want) {
		t.Errorf("%q, want %q", got, want)
	}
}
