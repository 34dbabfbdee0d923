//go:build unix

package main

import (
	"encoding/base64"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"

	uv "github.com/charmbracelet/ultraviolet"
)

// emoji holds the pictures of the clusters seen so far as data URIs. librsvg
// draws no colour glyphs, so pango-view makes them; without it they are text.
type emoji map[string]string

// image returns the picture of c, or "" for what is no emoji.
func (e emoji) image(c *uv.Cell) string {
	if !colourful(c) {
		return ""
	}
	if uri, ok := e[c.Content]; ok {
		return uri
	}
	e[c.Content] = rasterise(c.Content)
	return e[c.Content]
}

// colourful reports whether a terminal takes c from its colour font.
func colourful(c *uv.Cell) bool {
	for i, r := range c.Content {
		switch {
		case r == 0xFE0F, r == 0x20E3, r >= 0x1F1E6 && r <= 0x1F1FF, r >= 0x1F300 && r <= 0x1FAFF:
			return true
		case i == 0 && c.Width == 2 && r >= 0x2300 && r <= 0x2BFF:
			return true
		}
	}
	return false
}

func rasterise(cluster string) string {
	file := filepath.Join(os.TempDir(), fmt.Sprintf("unibox-emoji-%x.png", cluster))
	defer os.Remove(file)
	err := exec.Command("pango-view", "-q", "--background=transparent", "--margin=0",
		"--font=Noto Color Emoji 40", "--text="+cluster, "-o", file).Run()
	if err != nil {
		return ""
	}
	png, err := os.ReadFile(file)
	if err != nil {
		return ""
	}
	return "data:image/png;base64," + base64.StdEncoding.EncodeToString(png)
}
