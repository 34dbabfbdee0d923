package script

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"unibox/api"
	"unibox/ui/cli/export"
)

// O5: a conversation and a view are exported, and into a folder of their own for their owner
// alone, which replaces nothing; a file that cannot be had is named.
func TestExport(t *testing.T) {
	d := newDesk(t)
	for format, want := range map[string]string{"text": "Is order 3 ready?", "markdown": "**we**", "json": `"unibox_export": 1`, "html": "<p dir=\"auto\">Yes</p>", "csv": `"shop/3","shop","sms"`} {
		if out, said, code := d.unibox("export", "shop/3", "--format", format); code != 0 || !strings.Contains(out, want) {
			t.Errorf("%s: %d, %s%s", format, code, out, said)
		}
	}
	if out, said, code := d.unibox("export", "shop/3", "--format", "md"); code != 0 || !strings.Contains(out, "**we**") {
		t.Errorf("md: %d, %s%s", code, out, said)
	}
	out, _, code := d.unibox("export", "--view", "waiting", "anna", "--format", "csv")
	if code != 0 || strings.Count(out, "\n") != 3 || !strings.Contains(out, "shop/2") {
		t.Errorf("%d, %s", code, out)
	}
	out, _, _ = d.unibox("export", "--view", "all", "--format", "json")
	if a, err := export.Read(strings.NewReader(out)); err != nil || len(a.Conversations) != 4 || len(a.Conversations[0].Messages) == 0 {
		t.Errorf("%v, %+v", err, a)
	}
	into := filepath.Join(t.TempDir(), "out")
	if out, _, code := d.unibox("export", "shop/1", "--format", "html", "--into", into); code != 0 || !strings.Contains(out, "index.html") {
		t.Errorf("%d, %s", code, out)
	}
	if info, err := os.Stat(filepath.Join(into, "index.html")); err != nil || info.Mode().Perm() != 0o600 {
		t.Errorf("%v, %v", info, err)
	}
	if _, said, code := d.unibox("export", "shop/1", "--into", into); code != 1 || said == "" {
		t.Errorf("a folder is written over: %d", code)
	}
	for _, args := range [][]string{{"export"}, {"export", "shop/1", "--format", "pdf"}, {"export", "shop/1", "--files"}, {"export", "shop/1", "--limit", "0"}} {
		if _, _, code := d.unibox(args...); code != ExitUsage {
			t.Errorf("%q: %d", args, code)
		}
	}
}

// Who names a view and forgets --view is told of it; whoever is called like a view is exported.
func TestExportTellsAViewFromAConversation(t *testing.T) {
	d := newDesk(t)
	for line, want := range map[string]int{"waiting": ExitNone, "Regulars": ExitNone, "waiting anna": ExitUsage} {
		if _, said, code := d.unibox(append([]string{"export"}, strings.Fields(line)...)...); code != want || !strings.Contains(said, "export --view "+line) {
			t.Errorf("%s: %d, %s", line, code, said)
		}
	}
	if _, said, code := d.unibox("export", "nobody"); code != ExitNone || strings.Contains(said, "--view") {
		t.Errorf("%d, %s", code, said)
	}
	db := d.open()
	d.customer(db, 9, api.Contact{Name: "Waiting", Handle: "15551230009"})
	d.must(db.Close())
	if out, said, code := d.unibox("export", "waiting"); code != 0 || !strings.Contains(out, "Is order 9 ready?") {
		t.Errorf("%d, %s%s", code, out, said)
	}
}

// Who mistypes a view is told that nothing was exported: text alone would be empty.
func TestAnExportOfNothingSaysSo(t *testing.T) {
	d := newDesk(t)
	if out, said, code := d.unibox("export", "--view", "nosuch"); out != "" || said != "No conversation is in it.\n" || code != 0 {
		t.Errorf("%d %q %q", code, out, said)
	}
}
