package copied

import (
	"fmt"
	"testing"
)

func draft(body, sent string, rev int64) record {
	return record{"body": body, "files": "", "quote": "", "at": int64(0), "rev": rev, "edited": int64(0), "sent": sent}
}

// sentAs is what a draft says was sent off, text by text.
func sentAs(texts ...string) (sent string) {
	for _, text := range texts {
		sent = SentOff(sent, "key of "+text, 3, []string{text}, nil)
	}
	return sent
}

// backAs is what it says of texts that were sent off, and taken back.
func backAs(texts ...string) string {
	sent := sentAs(texts...)
	for _, text := range texts {
		sent = TakenBack(sent, "key of "+text, true, nil, nil)
	}
	return sent
}

// Two boxes that did not hear of each other bring their drafts together.
func TestDraftsThatMeet(t *testing.T) {
	for name, c := range map[string]struct {
		theirs, mine record
		body         string
		nothingNew   bool
	}{
		"both go on with one text":                 {draft("a\n\nb", "", 2), draft("a\n\nc", "", 2), "a\n\nb\n\nc", false},
		"one goes on in a paragraph":               {draft("Hello Mia", "", 2), draft("Hello Mia, thanks", "", 3), "Hello Mia, thanks", false},
		"one goes on behind a space":               {draft("Hello ", "", 2), draft("Hello Mia", "", 3), "Hello Mia", false},
		"one ends a sentence":                      {draft("Thanks", "", 2), draft("Thanks!", "", 3), "Thanks!", false},
		"a number that another begins with":        {draft("We refund 100", "", 2), draft("We refund 10", "", 2), "We refund 100\n\nWe refund 10", false},
		"a number with a point":                    {draft("We refund 10", "", 2), draft("We refund 10.50", "", 2), "We refund 10\n\nWe refund 10.50", false},
		"a word that another begins with":          {draft("No", "", 2), draft("Not today", "", 2), "No\n\nNot today", false},
		"the other is further":                     {draft("a\n\nb", "", 3), draft("a", "", 2), "a\n\nb", true},
		"it was sent off there":                    {draft("", sentAs("a"), 3), draft("a", "", 2), "", true},
		"it was sent off there, and goes on here":  {draft("", sentAs("a"), 3), draft("a\n\nb", "", 4), "b", false},
		"it was sent off there, with more":         {draft("", sentAs("a\n\nb"), 4), draft("a", "", 2), "", true},
		"it was sent off here":                     {draft("a", "", 2), draft("", sentAs("a"), 3), "", false},
		"it was sent off here, and goes on there":  {draft("a\n\nb", "", 3), draft("", sentAs("a"), 3), "b", false},
		"both sent it off":                         {draft("", sentAs("a\n\nb"), 4), draft("", sentAs("a"), 3), "", false},
		"what is written again after it was sent":  {draft("a", sentAs("a"), 4), draft("b", sentAs("a"), 4), "a\n\nb", false},
		"a text that was sent before both of them": {draft("", sentAs("a", "b"), 5), draft("a\n\nb", sentAs("a"), 5), "a", false},
		"it was taken back there":                  {draft("a", backAs("a"), 4), draft("b", sentAs("a"), 4), "a\n\nb", false},
		"it was taken back here":                   {draft("b", sentAs("a"), 4), draft("a", backAs("a"), 4), "b\n\na", false},
		"it was taken back, and is written anew":   {draft("", backAs("a"), 5), draft("a", "", 2), "a", false},
		"a part of it was taken back":              {draft("a", TakenBack(sentAs("a\n\nb"), "key of a\n\nb", false, []string{"a"}, nil), 4), draft("a\n\nb", "", 2), "a", true},
		"space around a paragraph":                 {draft("", sentAs("a \n\nb"), 3), draft("a\n\n b\n\nc", "", 2), "c", false},
	} {
		both := mergedDraft(c.theirs, c.mine, known{})
		if (both == nil) != c.nothingNew {
			t.Errorf("%s: %v", name, both)
		}
		if both == nil {
			both = c.theirs
		}
		if text(both, "body") != c.body {
			t.Errorf("%s: %q, want %q", name, text(both, "body"), c.body)
		}
		if !c.nothingNew && (number(both, "rev") <= number(c.mine, "rev") || number(both, "rev") <= number(c.theirs, "rev")) {
			t.Errorf("%s: revision %d", name, number(both, "rev"))
		}
	}
}

// Whoever knows as much as is kept has forgotten what is older: that is no news to it.
func TestWhatWasSentLongAgoIsForgotten(t *testing.T) {
	var texts []string
	for i := range 3 * mostDepartures {
		texts = append(texts, fmt.Sprint("text ", i))
	}
	half := sentAs(texts[:2*mostDepartures]...)
	later := half
	for _, text := range texts[2*mostDepartures : 2*mostDepartures+3] {
		later = SentOff(later, "key of "+text, 3, []string{text}, nil)
	}
	if n := len(departures(later)); n != mostDepartures {
		t.Errorf("%d are kept", n)
	}
	again := texts[mostDepartures] // sent before, and just written anew
	both := mergedDraft(draft(again, later, 9), draft("mine", half, 9), known{})
	if got := text(both, "body"); got != again+"\n\nmine" {
		t.Errorf("%q", got)
	}
}

// Files are parts of a draft as paragraphs are.
func TestFilesOfDraftsThatMeet(t *testing.T) {
	theirs, mine := draft("", SentOff("", "k", 3, []string{"a"}, []string{`["x"]`}), 3), draft("a", "", 2)
	mine["files"] = `["x","y"]`
	both := mergedDraft(theirs, mine, known{})
	if text(both, "body") != "" || text(both, "files") != `["y"]` {
		t.Errorf("%v", both)
	}
	theirs = draft("a", "", 3)
	theirs["files"] = `["x"]`
	if both := mergedDraft(theirs, mine, known{}); text(both, "files") != `["x","y"]` {
		t.Errorf("%v", both)
	}
}

// A row that an older version wrote lacks columns: nobody has to write it anew for that.
func TestADraftOfAnOlderVersionIsTheSame(t *testing.T) {
	theirs := draft("a", "", 2)
	delete(theirs, "sent")
	m := newMerger()
	m.again = true
	if both := m.lostDraft(draft("a", "", 2), theirs); both != nil || m.moved != (Moved{}) {
		t.Errorf("%v was brought back, %+v", both, m.moved)
	}
}

// What was sent off went with its quote and its time: the next reply has neither.
func TestADraftOfWhichNothingIsLeftQuotesNothing(t *testing.T) {
	begun := func() record {
		d := draft("a", "", 2)
		d["quote"], d["at"] = `{"text":"old"}`, int64(5)
		return d
	}
	for name, both := range map[string]record{
		"sent off there": mergedDraft(draft("", sentAs("a"), 2), begun(), known{}),
		"sent off here":  mergedDraft(begun(), draft("", sentAs("a"), 2), known{}),
	} {
		if !empty(both) || text(both, "quote") != "" || number(both, "at") != 0 {
			t.Errorf("%s: %v", name, both)
		}
	}
	both := mergedDraft(draft("", sentAs("b"), 2), begun(), known{})
	if text(both, "quote") == "" || number(both, "at") != 5 {
		t.Errorf("it lost its quote: %v", both)
	}
}

// The message that one of two drafts quotes, and the time that one is to go out at, are those of both,
// unless it is known that the other has taken them away.
func TestDraftsThatMeetKeepTheirQuoteAndTime(t *testing.T) {
	quoting := func(body, quote string, at int64) record {
		d := draft(body, "", 2)
		d["quote"], d["at"] = quote, at
		return d
	}
	before, unknown := quoting("a", "of before", 3), record(nil)
	for name, c := range map[string]struct {
		theirs, mine, base record
		quote              string
		at                 int64
	}{
		"one quotes, the other has a time": {quoting("a", "q", 0), quoting("b", "", 5), unknown, "q", 5},
		"the other way round":              {quoting("a", "", 5), quoting("b", "q", 0), unknown, "q", 5},
		"they quote differently":           {quoting("a", "theirs", 1), quoting("b", "mine", 2), unknown, "theirs", 1},
		"mine was changed":                 {quoting("a\n\nb", "of before", 3), quoting("a", "mine", 4), before, "mine", 4},
		"mine was taken away":              {quoting("a\n\nb", "of before", 3), quoting("a", "", 0), before, "", 0},
		"theirs was taken away":            {quoting("a", "", 0), quoting("a\n\nb", "of before", 3), before, "", 0},
		"both were changed":                {quoting("a", "theirs", 1), quoting("b", "mine", 2), before, "theirs", 1},
		"a base of an older version":       {quoting("a", "", 0), quoting("a\n\nb", "q", 5), record{"body": "a", "files": ""}, "q", 5},
	} {
		both := mergedDraft(c.theirs, c.mine, known{base: c.base})
		if both == nil {
			both = c.theirs
		}
		if text(both, "quote") != c.quote || number(both, "at") != c.at {
			t.Errorf("%s: %v", name, both)
		}
	}
	if both := newMerger().draft(quoting("a", "q", 0), draft("a\n\nb", "", 2)); text(both, "quote") != "q" || text(both, "body") != "a\n\nb" {
		t.Errorf("a box that came into the team brought %v", both)
	}
}

// A box that comes into a team brings a text that another one only begins with.
func TestATextThatAnotherBeginsWithIsNotCovered(t *testing.T) {
	both := newMerger().draft(draft("We refund 10", "", 1), draft("We refund 100", "", 1))
	if both == nil || text(both, "body") != "We refund 100\n\nWe refund 10" {
		t.Errorf("%v", both)
	}
}

// Whoever had read one of two drafts that meet learns what was sent off of the other since, however
// often either was changed.
func TestWhatWasSentIsNewToWhoDidNotHearOfIt(t *testing.T) {
	for name, c := range map[string]struct{ theirs, mine record }{
		"sent there":                   {draft("", sentAs("a"), 3), draft("a", "", 2)},
		"sent there, and changed here": {draft("", sentAs("a"), 9), draft("a", "", 7)},
		"sent here":                    {draft("a", "", 7), draft("", sentAs("a"), 3)},
	} {
		both, read := mergedDraft(c.theirs, c.mine, known{}), c.mine
		if both == nil {
			both = c.theirs
		}
		if text(read, "body") == "" {
			read = c.theirs
		}
		if keys := SentSince(text(both, "sent"), number(read, "rev")); len(keys) != 1 {
			t.Errorf("%s: %v, %q", name, both, keys)
		}
		if keys := SentSince(text(both, "sent"), number(both, "rev")); keys != nil {
			t.Errorf("%s, later: %q", name, keys)
		}
	}
}

// A box writes the same greeting as a colleague who sends another text meanwhile. Of what it had
// read before, what the colleague has sent off is gone.
func TestWhatWasWrittenAnewWasNotSentOff(t *testing.T) {
	theirs := draft("", sentAs("Hi Mia,\n\ntheirs\n\nBest regards"), 3)
	mine := draft("Hi Mia,\n\nmine\n\nBest regards", "", 2)
	for body, want := range map[string]string{
		"":        "Hi Mia,\n\nmine\n\nBest regards",
		"Hi Mia,": "mine\n\nBest regards",
	} {
		if both := mergedDraft(theirs, mine, known{base: draft(body, "", 1)}); text(both, "body") != want {
			t.Errorf("begun with %q: %v", body, both)
		}
	}
}

// The copy of a file that a message has is the file of the draft that it was sent off from.
func TestACopyOfAFileThatWasSentOffIsNoOtherFile(t *testing.T) {
	gone := newTo(nil, departures(SentOff("", "k", 1, nil, []string{`[{"path":"/home/bill.pdf","name":"bill.pdf","size":7}]`})))
	reply := draft("a", "", 1)
	reply["files"] = `[{"path":"/outbox/k/1-bill.pdf","name":"bill.pdf","size":7},{"path":"/outbox/k/2-bill.pdf","name":"bill.pdf","size":8}]`
	if left := without(reply, gone); text(left, "files") != `[{"path":"/outbox/k/2-bill.pdf","name":"bill.pdf","size":8}]` {
		t.Errorf("%v", left)
	}
}
