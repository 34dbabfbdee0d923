package terms

import (
	"cmp"
	"encoding/json"
	"net/url"
	"path"
	"time"

	"unibox/api"
	"unibox/api/rest"
	"unibox/api/special"
)

// wireFile is a file of a message. p1 publishes its fields nowhere, so the names of
// p2 and the obvious ones are tried (api/pact/REFERENCE.md "Messages", "p2 objects").
type wireFile struct {
	ExternalID    ID         `json:"external_id"`
	ID            ID         `json:"id"`
	AttachmentURL rest.Text  `json:"attachment_url"`
	URL           rest.Text  `json:"url"`
	PreviewURL    rest.Text  `json:"preview_url"`
	FileName      rest.Text  `json:"file_name"`
	Name          rest.Text  `json:"name"`
	MIME          rest.Text  `json:"mime_type"`
	ContentType   rest.Text  `json:"content_type"`
	Size          rest.Count `json:"size"`
	Voice         rest.Flag  `json:"push_to_talk"`
	Length        length     `json:"duration"`
	Metadata      struct {
		Data struct {
			Length length `json:"duration"`
		} `json:"data"`
	} `json:"metadata"`
}

// length is how long a sound is, in seconds or as 1:05.
type length time.Duration

// UnmarshalJSON never fails.
func (l *length) UnmarshalJSON(b []byte) error {
	*l = length(special.Length(b))
	return nil
}

// Files is a list of files of a message, or one file, each an object or its address.
type Files []wireFile

// UnmarshalJSON never fails, and keeps every file.
func (f *Files) UnmarshalJSON(b []byte) error {
	var raw []json.RawMessage
	if json.Unmarshal(b, &raw) != nil {
		raw = []json.RawMessage{b}
	}
	for _, r := range raw {
		var w wireFile
		if !rest.Into(r, &w) {
			w = plainFile(r)
		}
		if string(r) != "null" && string(r) != "{}" {
			*f = append(*f, w)
		}
	}
	return nil
}

// plainFile reads a file that is given as an address or an id only.
func plainFile(b json.RawMessage) wireFile {
	if len(b) > 0 && b[0] == '"' {
		return wireFile{URL: rest.Text(rest.Scalar(b))}
	}
	return wireFile{ID: ID(rest.Scalar(b))}
}

// Of translates the files of a message of an account.
func (f Files) Of(a rest.Account) []api.Attachment {
	var out []api.Attachment
	for _, w := range f {
		out = append(out, w.attachment(a))
	}
	return out
}

func (w wireFile) attachment(a rest.Account) api.Attachment {
	address := a.FileURL(string(cmp.Or(w.AttachmentURL, w.URL, w.PreviewURL)))
	name := string(cmp.Or(w.FileName, w.Name))
	if name == "" {
		name = baseName(address)
	}
	return api.Attachment{
		Remote: Either(w.ExternalID, w.ID), Name: name, MIME: string(cmp.Or(w.MIME, w.ContentType)), URL: address, Size: int64(w.Size),
		Voice: w.Voice.On, Length: time.Duration(cmp.Or(w.Length, w.Metadata.Data.Length)),
	}
}

func baseName(address string) string {
	u, err := url.Parse(address)
	if err != nil || path.Base(u.Path) == "." || path.Base(u.Path) == "/" {
		return "file"
	}
	return path.Base(u.Path)
}
