package outbox

import (
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"unibox/state"
)

func TestFilesAreUploadedOnceThenSent(t *testing.T) {
	bubble(t, func(t *testing.T, d *session) {
		d.platform.latency = 2 * time.Second
		d.platform.fault = faults("upload", unavailable, dropAfter)
		path := filepath.Join(t.TempDir(), "bill.pdf")
		write(t, path, "%PDF-1.4 bill")
		rows := d.say(1, "here", path)
		if len(rows) != 2 || rows[0].Body != "here" || len(rows[1].Files) != 1 || rows[1].Files[0].MIME != "application/pdf" {
			t.Fatalf("%+v", rows)
		}
		os.Remove(path)
		pass(time.Minute)
		o := d.expect(rows[1].ID, "done")
		if len(d.platform.uploads) != 2 || d.platform.sends[1].files != "bill.pdf" {
			t.Errorf("uploads %v, sends %+v", d.platform.uploads, d.platform.sends)
		}
		if left := listing(t, d.dir); len(left) != 0 {
			t.Errorf("copies left: %v", left)
		}
		if _, busy := d.Progress(o.ID); busy {
			t.Error("an upload is still shown")
		}
	})
}

// A file that the platform fetches is nowhere on this machine: nothing is copied, and
// its address is given to the platform once.
func TestFilesByAddress(t *testing.T) {
	bubble(t, func(t *testing.T, d *session) {
		file, ok := state.FileAt("https://x.org/bill.pdf")
		if !ok {
			t.Fatal("no address")
		}
		rows, err := d.Submit(t.Context(), state.Draft{Conversation: chat(1), Body: "here", Files: []state.File{file}}, nil)
		if err != nil || len(rows) != 2 || len(rows[1].Files) != 1 {
			t.Fatalf("%+v, %v", rows, err)
		}
		pass(time.Minute)
		d.expect(rows[1].ID, "done")
		if got := strings.Join(d.platform.uploads, " "); got != "bill.pdfhttps://x.org/bill.pdf" || d.platform.sends[1].files != "bill.pdf" {
			t.Errorf("uploaded %s, sends %+v", got, d.platform.sends)
		}
		if left := listing(t, d.dir); len(left) != 0 {
			t.Errorf("copies left: %v", left)
		}
	})
}

func TestProgressWhileUploading(t *testing.T) {
	bubble(t, func(t *testing.T, d *session) {
		d.platform.latency = 10 * time.Second
		path := filepath.Join(t.TempDir(), "a.png")
		write(t, path, png)
		id := d.say(1, "", path)[0].ID
		sub := d.disk.feed.Subscribe()
		defer sub.Close()
		pass(5 * time.Second)
		if p, busy := d.Progress(id); !busy || p != 0 {
			t.Errorf("progress %v %v", p, busy)
		}
		d.expect(id, "uploading")
	})
}

func TestUploadedFilesSurviveARestart(t *testing.T) {
	bubble(t, func(t *testing.T, d *session) {
		for i := range 9 {
			d.disk.kinds[chat(i)] = "telegram"
		}
		d.platform.latency = 4 * time.Second
		var paths []string
		for _, name := range []string{"a.txt", "b.txt"} {
			paths = append(paths, filepath.Join(t.TempDir(), name))
			write(t, paths[len(paths)-1], name)
		}
		id := d.say(1, "both", paths...)[0].ID
		pass(6 * time.Second)
		d.restart()
		pass(time.Minute)
		d.expect(id, "done")
		if got := strings.Join(d.platform.uploads, " "); got != "a.txt b.txt" {
			t.Errorf("uploaded %s", got)
		}
	})
}

func TestCopyGoneFailsWithASentence(t *testing.T) {
	bubble(t, func(t *testing.T, d *session) {
		d.platform.fault = faults("upload", unavailable)
		path := filepath.Join(t.TempDir(), "a.png")
		write(t, path, png)
		id := d.say(1, "", path)[0].ID
		os.RemoveAll(d.dir)
		pass(time.Minute)
		if o := d.expect(id, "failed"); !strings.Contains(o.Reason, "our copy of a.png is gone") || !o.Refused {
			t.Errorf("reason %q", o.Reason)
		}
	})
}

// png begins as a picture does.
const png = "\x89PNG\r\n\x1a\n"

func write(t *testing.T, path, text string) {
	t.Helper()
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
}

// listing is every file below dir.
func listing(t *testing.T, dir string) []string {
	t.Helper()
	var out []string
	err := filepath.WalkDir(dir, func(path string, e os.DirEntry, err error) error {
		if err == nil && !e.IsDir() {
			path, err = filepath.Rel(dir, path)
			out = append(out, path)
		}
		if errors.Is(err, os.ErrNotExist) {
			err = nil
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return out
}

// A draft is the same on all boxes of a team, the files beside it are not: what lies at that path
// on another box may be another customer's.
func TestAFileThatWasAttachedOnAnotherBox(t *testing.T) {
	bubble(t, func(t *testing.T, d *session) {
		path := filepath.Join(t.TempDir(), "bill.pdf")
		write(t, path, "%PDF-1.4 somebody else's")
		draft := state.Draft{Conversation: chat(1), Body: "here", Files: []state.File{{Path: path, Name: "bill.pdf", Box: "counter-2"}}}
		if _, err := d.Submit(t.Context(), draft, nil); err == nil || !strings.Contains(err.Error(), "bill.pdf was attached on counter-2") {
			t.Errorf("sent off: %v", err)
		}
		d.box, d.shared = "counter-2", true
		draft.Files[0].Size = 5 // boxes may have one name, or none
		for _, named := range []string{"counter-2", ""} {
			draft.Files[0].Box = named
			if _, err := d.Submit(t.Context(), draft, nil); err == nil || !strings.Contains(err.Error(), "bill.pdf is not as it was") {
				t.Errorf("another file of %q was sent off: %v", named, err)
			}
		}
		draft.Files[0].Size, draft.Files[0].Box = int64(len("%PDF-1.4 somebody else's")), "counter-2"
		d.boxID = func() (string, error) { return "this", nil }
		for named, says := range map[string]string{"counter-2": "another machine that has the name of this one", "": "another machine that has the name of this one", "counter-3": "was attached on counter-3"} {
			draft.Files[0].Box, draft.Files[0].BoxID = named, "another" // a file of the same size
			if _, err := d.Submit(t.Context(), draft, nil); err == nil || !strings.Contains(err.Error(), says) {
				t.Errorf("a file of another box called %q was sent off: %v", named, err)
			}
		}
		draft.Files[0].Box, draft.Files[0].BoxID = "as it was called before", "this"
		rows, err := d.Submit(t.Context(), draft, nil)
		if err != nil || len(rows) != 2 || rows[1].Files[0].Box != "" || rows[1].Files[0].BoxID != "" {
			t.Errorf("%+v, %v", rows, err)
		}
	})
}
