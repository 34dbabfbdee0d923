package download

import (
	"io"
	"path"
	"slices"
	"strings"

	"github.com/gabriel-vasile/mimetype"
)

// opened are the kinds of file that are opened, by the ending of the name:
// pictures, sound, video and documents without programs in them. The content of a
// file with such a name has to be one of these.
var opened = map[string][]string{
	".jpg": {"image/jpeg"}, ".jpeg": {"image/jpeg"}, ".png": {"image/png"}, ".gif": {"image/gif"}, ".webp": {"image/webp"},
	".bmp": {"image/bmp"}, ".tif": {"image/tiff"}, ".tiff": {"image/tiff"}, ".heic": {"image/heic", "image/heif"}, ".heif": {"image/heif", "image/heic"},
	".avif": {"image/avif"}, ".pdf": {"application/pdf"},
	".ogg": {"application/ogg"}, ".oga": {"application/ogg"}, ".opus": {"application/ogg"}, ".mp3": {"audio/mpeg"}, ".wav": {"audio/wav"},
	".amr": {"audio/amr"}, ".aac": {"audio/aac"}, ".flac": {"audio/flac"}, ".m4a": {"video/mp4"}, ".mp4": {"video/mp4"}, ".m4v": {"video/mp4"},
	".3gp": {"video/mp4"}, ".mov": {"video/quicktime"}, ".webm": {"video/webm"}, ".mkv": {"video/x-matroska"}, ".avi": {"video/x-msvideo"}, ".ogv": {"application/ogg"},
	".txt": {"text/plain"}, ".csv": {"text/plain"}, ".vcf": {"text/vcard"}, ".ics": {"text/calendar"}, ".rtf": {"text/rtf"},
	".docx": {"application/zip"}, ".xlsx": {"application/zip"}, ".pptx": {"application/zip"},
	".odt": {"application/zip"}, ".ods": {"application/zip"}, ".odp": {"application/zip"},
	".doc": {"application/x-ole-storage"}, ".xls": {"application/x-ole-storage"}, ".ppt": {"application/x-ole-storage"},
}

// programs are the kinds that some system runs.
var programs = []string{
	"application/x-elf", "application/vnd.microsoft.portable-executable", "application/x-mach-binary", "application/x-ms-installer",
	"application/vnd.android.package-archive", "application/java-archive", "application/x-java-applet", "application/x-ms-shortcut",
	"application/vnd.debian.binary-package", "application/x-rpm", "application/x-chrome-extension", "application/wasm", "application/x-bytecode.python",
	"application/vnd.ms-htmlhelp", "text/x-shellscript", "text/x-python", "text/x-perl", "text/x-ruby", "text/x-php", "text/x-lua", "text/x-tcl", "text/javascript",
}

// oddity says what a file is if that is not what its name says, or if it is a
// program.
func oddity(file io.ReadSeeker, name string) (string, error) {
	if _, err := file.Seek(0, io.SeekStart); err != nil {
		return "", err
	}
	kind, err := mimetype.DetectReader(file)
	if err != nil {
		return "", err
	}
	ending := strings.ToLower(path.Ext(name))
	switch {
	case among(opened[ending], kind), opened[ending] == nil && !program(kind):
		return "", nil
	case opened[ending] == nil:
		return words(kind), nil
	}
	return "named " + ending + ", is " + words(kind), nil
}

// among reports whether a kind, or one that it is a special case of, is listed.
// Programs that look like text or an archive are programs only.
func among(list []string, kind *mimetype.MIME) bool {
	if program(kind) || kind.Is("text/html") || kind.Is("image/svg+xml") {
		return false
	}
	for ; kind != nil; kind = kind.Parent() {
		if slices.ContainsFunc(list, kind.Is) {
			return true
		}
	}
	return false
}

func program(kind *mimetype.MIME) bool {
	for ; kind != nil; kind = kind.Parent() {
		if slices.ContainsFunc(programs, kind.Is) {
			return true
		}
	}
	return false
}

// words is a kind in words for a person.
func words(kind *mimetype.MIME) string {
	media, _, _ := strings.Cut(kind.String(), ";")
	switch {
	case program(kind):
		return "a program"
	case kind.Is("application/octet-stream"):
		return "of no known kind"
	}
	return media
}
