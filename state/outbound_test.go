package state

import (
	"testing"

	"unibox/api"
)

// A file is known by the id of its upload, or by name and size; how many there are
// says nothing of which they are.
func TestShownByItsFiles(t *testing.T) {
	file := func(name string, size int64) File { return File{Name: name, Size: size, Remote: "up-" + name} }
	listed := func(remote, name string, size int64) api.Attachment {
		return api.Attachment{Remote: remote, Name: name, Size: size}
	}
	for name, c := range map[string]struct {
		files []File
		there []api.Attachment
		want  bool
	}{
		"name and size":               {[]File{file("a.txt", 5)}, []api.Attachment{listed("7", "a.txt", 5)}, true},
		"the size is not listed":      {[]File{file("a.txt", 5)}, []api.Attachment{listed("7", "a.txt", 0)}, true},
		"another file":                {[]File{file("a.txt", 5)}, []api.Attachment{listed("7", "b.txt", 5)}, false},
		"another size":                {[]File{file("a.txt", 5)}, []api.Attachment{listed("7", "a.txt", 6)}, false},
		"renamed, the upload's id":    {[]File{file("a.txt", 5)}, []api.Attachment{listed("up-a.txt", "file", 0)}, true},
		"renamed, nothing else":       {[]File{file("a.txt", 5)}, []api.Attachment{listed("", "file", 0)}, false},
		"two in another order":        {[]File{file("a", 1), file("b", 2)}, []api.Attachment{listed("", "b", 2), listed("", "a", 1)}, true},
		"one twice":                   {[]File{file("a", 1), file("b", 2)}, []api.Attachment{listed("", "a", 1), listed("", "a", 1)}, false},
		"one missing":                 {[]File{file("a", 1), file("b", 2)}, []api.Attachment{listed("", "a", 1)}, false},
		"a caption on somebody's own": {[]File{file("cup.jpg", 9)}, []api.Attachment{listed("", "mug.jpg", 9)}, false},
	} {
		o := Outbound{Body: "here", Files: c.files}
		m := api.Message{Direction: api.Outbound, Body: "here", Attachments: c.there}
		if got := o.ShownBy(m); got != c.want {
			t.Errorf("%s: %v, want %v", name, got, c.want)
		}
		o.Status = Uncertain // then a size has to be listed
		want := c.want && name != "the size is not listed"
		if got := o.ShownBy(m); got != want {
			t.Errorf("%s, after a lost answer: %v, want %v", name, got, want)
		}
	}
}

// Messages are told apart by their keys: an ID may be given twice.
func TestSameMessage(t *testing.T) {
	one := Outbound{ID: 5, Key: "a"}
	for other, same := range map[*Outbound]bool{{ID: 5, Key: "a"}: true, {ID: 9, Key: "a"}: true, {ID: 5, Key: "b"}: false, {ID: 5}: true} {
		if one.Same(*other) != same {
			t.Errorf("%+v: %v", *other, !same)
		}
	}
}
