package kit

import (
	"bytes"
	"fmt"
	"image"
	"image/color"
	"image/jpeg"
	"image/png"
	"mime"
	"net/http"
	"net/url"
	"path"
	"strconv"
	"strings"
	"sync"
	"time"
)

// File is an attachment of a message, or an upload.
type File struct {
	ID   int64
	Name string
	MIME string
	Size int64
	// Location is a path on this server, or the URL of another one.
	Location string
}

// Media serves the files that customers send, which are made up, and those that
// agents upload. Like a content network it needs no token.
type Media struct {
	mu      sync.Mutex
	uploads map[string]stored
}

// stored is an uploaded file. content is nil if the file was too large to keep.
type stored struct {
	mime    string
	content []byte
}

// NewMedia returns the files that customers send, and no uploads yet.
func NewMedia() *Media {
	return &Media{uploads: map[string]stored{}}
}

// types has the media types of known file name extensions. The table of the
// operating system differs from machine to machine.
var types = map[string]string{
	".jpg": "image/jpeg", ".jpeg": "image/jpeg", ".png": "image/png", ".gif": "image/gif", ".webp": "image/webp",
	".pdf": "application/pdf", ".ogg": "audio/ogg", ".mp3": "audio/mpeg", ".mp4": "video/mp4", ".txt": "text/plain",
}

// TypeOf returns the media type of a file: the declared one, else by its extension,
// else by its first bytes.
func TypeOf(name, declared string, head []byte) string {
	if t, _, err := mime.ParseMediaType(declared); err == nil && t != "application/octet-stream" {
		return t
	}
	if t, ok := types[strings.ToLower(path.Ext(name))]; ok {
		return t
	}
	t, _, _ := mime.ParseMediaType(http.DetectContentType(head))
	return t
}

// Sample returns a made-up file with a name, for a message with an id.
func (m *Media) Sample(message int64, name string) File {
	ext := path.Ext(name)
	variant := int(Roll(0, message).N(variants))
	return File{
		ID: message, Name: name, MIME: types[ext], Size: int64(len(samples()[ext][variant])),
		Location: fmt.Sprintf("/files/sample/%d/%s", variant, name),
	}
}

// URL returns the URL of a file for a client that reaches this server at origin.
func (f File) URL(origin string) string {
	if strings.HasPrefix(f.Location, "/") {
		return origin + f.Location
	}
	return f.Location
}

// Put stores an upload under a key and returns the path where it is served.
func (m *Media) Put(key, name, mime string, content []byte) string {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.uploads[key] = stored{mime, content}
	return "/files/upload/" + key + "/" + url.PathEscape(name)
}

// ServeHTTP serves the files below /files/.
func (m *Media) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	if serve, ok := trap(r.URL.Path); ok {
		serve(w, r)
		return
	}
	s, ok := m.find(r.URL.Path)
	if !ok {
		WriteJSON(w, http.StatusNotFound, map[string]string{"error": "no such file"})
		return
	}
	w.Header().Set("Content-Type", s.mime)
	http.ServeContent(w, r, "", time.Time{}, bytes.NewReader(s.content))
}

func (m *Media) find(where string) (stored, bool) {
	if strings.HasPrefix(where, "/avatars/") {
		return stored{"image/png", samples()[".png"][0]}, true
	}
	kind, rest, _ := strings.Cut(strings.TrimPrefix(where, "/files/"), "/")
	key, name, _ := strings.Cut(rest, "/")
	if kind == "upload" {
		m.mu.Lock()
		defer m.mu.Unlock()
		s, ok := m.uploads[key]
		return s, ok && s.content != nil
	}
	variant, err := strconv.Atoi(key)
	ext := path.Ext(name)
	if kind != "sample" || err != nil || variant < 0 || variant >= variants || samples()[ext] == nil {
		return stored{}, false
	}
	return stored{types[ext], samples()[ext][variant]}, true
}

// variants is the number of different files of each type.
const variants = 6

// samples are the files that all servers send. They are made once and never
// change.
var samples = sync.OnceValue(sampleFiles)

func sampleFiles() map[string][][]byte {
	all := map[string][][]byte{}
	for v := range variants {
		var photo, icon bytes.Buffer
		picture := paint(v)
		// Writing to a buffer does not fail, nor does a picture of this size.
		_ = jpeg.Encode(&photo, picture, &jpeg.Options{Quality: 70})
		_ = png.Encode(&icon, picture)
		all[".jpg"] = append(all[".jpg"], photo.Bytes())
		all[".png"] = append(all[".png"], icon.Bytes())
		all[".pdf"] = append(all[".pdf"], document(v))
		all[".ogg"] = append(all[".ogg"], voice(v))
	}
	return all
}

// paint draws something like a cup on a table.
func paint(variant int) image.Image {
	const w, h = 240, 180
	img := image.NewRGBA(image.Rect(0, 0, w, h))
	for y := range h {
		for x := range w {
			c := color.RGBA{uint8(200 - y/2), uint8(170 - y/3), uint8(120 + 15*variant), 255}
			if dx, dy := x-w/2, (y-h/2)*(5+variant)/5; dx*dx+dy*dy < 50*50 {
				c = color.RGBA{uint8(240 - x/4), 240, uint8(230 - y/4), 255}
			}
			img.SetRGBA(x, y, c)
		}
	}
	return img
}

// document returns a PDF of one page.
func document(variant int) []byte {
	text := fmt.Sprintf("BT /F1 18 Tf 40 780 Td (Bakery - sheet %d) Tj ET", variant+1)
	objects := []string{
		"<< /Type /Catalog /Pages 2 0 R >>",
		"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
		"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 4 0 R /Resources << /Font << /F1 5 0 R >> >> >>",
		fmt.Sprintf("<< /Length %d >>\nstream\n%s\nendstream", len(text), text),
		"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>",
	}
	var pdf, table bytes.Buffer
	pdf.WriteString("%PDF-1.4\n")
	for i, object := range objects {
		fmt.Fprintf(&table, "%010d 00000 n \n", pdf.Len())
		fmt.Fprintf(&pdf, "%d 0 obj\n%s\nendobj\n", i+1, object)
	}
	fmt.Fprintf(&pdf, "xref\n0 %d\n0000000000 65535 f \n%strailer\n<< /Size %d /Root 1 0 R >>\nstartxref\n%d\n%%%%EOF\n",
		len(objects)+1, table.Bytes(), len(objects)+1, pdf.Len())
	return pdf.Bytes()
}

// voice returns the header of an Ogg stream and random bytes as its sound.
func voice(variant int) []byte {
	sound := []byte("OggS\x00\x02\x00\x00\x00\x00\x00\x00\x00\x00")
	d := Roll(uint64(variant))
	for range 400 + 40*variant {
		sound = append(sound, byte(d.Next()))
	}
	return sound
}
