package main

import (
	"os"
	"strings"
	"testing"

	"unibox/keymap"
)

func TestReadmeShowsTheKeysAsTheyAre(t *testing.T) {
	readme, err := os.ReadFile("README.md")
	if err != nil {
		t.Fatal(err)
	}
	_, rest, begins := strings.Cut(string(readme), "<!-- keys: made by `unibox keys` -->\n")
	table, _, ends := strings.Cut(rest, "<!-- end of keys -->")
	if !begins || !ends {
		t.Fatal("README.md has lost the marks around the key table")
	}
	if strings.TrimSpace(table) != strings.TrimSpace(keymap.Markdown()) {
		t.Error("the key table of README.md is not what `unibox keys` prints: put that between the marks")
	}
}
