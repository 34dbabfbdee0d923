package export

import (
	"html/template"
	"io"
	"net/url"
	"strings"
	"sync"
	"time"

	"unibox/state/record"
)

// page is HTML without a script, which loads nothing but files beside it.
const page = `<!doctype html>
<html lang="en"><head><meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; img-src 'self'; style-src 'unsafe-inline'">
<meta name="viewport" content="width=device-width"><title>{{.Title}}</title>
<style>
body{font:16px/1.5 sans-serif;max-width:46em;margin:2em auto;padding:0 1em;color:#222;background:#fff}
h2{margin:2.5em 0 0;border-top:1px solid #ccc;padding-top:1em}
.where,.when,.gap{color:#666;font-size:.85em}
.m{margin:.6em 0;padding:.5em .8em;border-radius:.6em;background:#f0f0f0;max-width:38em;overflow-wrap:anywhere}
.us{margin-left:auto;background:#dcecff}.note{background:#fff6d6}
.m p{margin:.2em 0;white-space:pre-wrap}img{max-width:100%;max-height:24em;display:block}
</style></head><body>
<h1>{{.Title}}</h1><p class="where">Exported by unibox, {{.Made}}</p>
{{range .All}}<h2><bdi>{{.Name}}</bdi></h2><p class="where"><bdi>{{.Where}}</bdi>, {{.ID}}</p>
{{with .Before}}<p class="gap">… {{.}}</p>{{end}}
{{range .Messages}}<div class="m {{.Class}}"><div class="when"><b><bdi>{{.Who}}</bdi></b>, {{.When}}{{with .Outcome}} ({{.}}){{end}}</div>
{{with .Text}}<p dir="auto">{{.}}</p>{{end}}
{{range .Files}}{{if .Image}}<a href="{{.Link}}"><img src="{{.Link}}" alt="{{.Words}}"></a>{{else if .Link}}<p><a href="{{.Link}}" download>{{.Words}}</a></p>{{else}}<p>{{.Words}}</p>{{end}}{{end}}</div>
{{if .Gap}}<p class="gap">… messages are missing here</p>{{end}}
{{end}}{{end}}</body></html>
`

var pages = sync.OnceValue(func() *template.Template { return template.Must(template.New("export").Parse(page)) })

type (
	htmlPage struct {
		Title, Made string
		All         []htmlConversation
	}
	htmlConversation struct {
		Name, Where, ID, Before string
		Messages                []htmlMessage
	}
	htmlMessage struct {
		Class, Who, When, Outcome, Text string
		Files                           []htmlFile
		Gap                             bool
	}
	htmlFile struct {
		// Link leads to the file in the export, "" where it is not there.
		Link, Words string
		Image       bool
	}
)

// shown are the kinds of image that every browser draws and none runs.
var shown = map[string]bool{"image/png": true, "image/jpeg": true, "image/gif": true, "image/webp": true}

func (a Archive) html(to io.Writer, zone *time.Location) error {
	p := htmlPage{Title: "Conversations", Made: when(a.Made, zone)}
	if len(a.Conversations) == 1 {
		p.Title = a.Conversations[0].name()
	}
	for _, c := range a.Conversations {
		h := htmlConversation{Name: c.name(), Where: c.where(), ID: plain.Line(c.Conversation.ID), Before: c.before()}
		for _, m := range c.Messages {
			one := htmlMessage{Class: m.From, Who: c.author(m), When: when(m.At, zone), Outcome: outcome(m), Text: body(m), Gap: c.missing(m.ID)}
			for _, f := range m.Files {
				one.Files = append(one.Files, htmlFileOf(f))
			}
			h.Messages = append(h.Messages, one)
		}
		for _, n := range c.Notes {
			h.Messages = append(h.Messages, htmlMessage{Class: "note", Who: "note by " + plain.Line(n.Author), When: when(n.Made, zone), Text: plain.Clean(n.Text)})
		}
		p.All = append(p.All, h)
	}
	return pages().Execute(to, p)
}

func htmlFileOf(f record.File) htmlFile {
	h := htmlFile{Words: fileWords(f)}
	if f.Saved == "" {
		return h
	}
	parts := strings.Split(f.Saved, "/")
	for i := range parts {
		parts[i] = url.PathEscape(parts[i])
	}
	h.Link = "./" + strings.Join(parts, "/")
	h.Image = shown[strings.ToLower(f.Type)]
	return h
}
