package pact

import (
	"encoding/json"
	"net/url"
	"path"

	"unibox/api"
	"unibox/api/rest"
)

// wireAttachment is a file of a message. Its fields are published nowhere, so
// the names of p2 and the obvious ones are tried (REFERENCE.md "Messages", "p2
// objects").
type wireAttachment struct {
	ExternalID    ident `json:"external_id"`
	ID            ident `json:"id"`
	AttachmentURL text  `json:"attachment_url"`
	URL           text  `json:"url"`
	PreviewURL    text  `json:"preview_url"`
	FileName      text  `json:"file_name"`
	Name          text  `json:"name"`
	MIME          text  `json:"mime_type"`
	ContentType   text  `json:"content_type"`
	Size          count `json:"size"`
}

// attachments is a list of files, or one file, each an object or its address.
type attachments []wireAttachment

// UnmarshalJSON never fails, and keeps every file.
func (a *attachments) UnmarshalJSON(b []byte) error {
	var raw []json.RawMessage
	if json.Unmarshal(b, &raw) != nil {
		raw = []json.RawMessage{b}
	}
	for _, r := range raw {
		var w wireAttachment
		if !rest.Into(r, &w) {
			w = plainAttachment(r)
		}
		if string(r) != "null" && string(r) != "{}" {
			*a = append(*a, w)
		}
	}
	return nil
}

// plainAttachment reads a file that is given as an address or an id only.
func plainAttachment(b json.RawMessage) wireAttachment {
	if len(b) > 0 && b[0] == '"' {
		return wireAttachment{URL: text(rest.Scalar(b))}
	}
	return wireAttachment{ID: ident(rest.Scalar(b))}
}

func (c *Client) files(list attachments) []api.Attachment {
	var out []api.Attachment
	for _, w := range list {
		out = append(out, c.file(w))
	}
	return out
}

func (c *Client) file(w wireAttachment) api.Attachment {
	address := c.FileURL(string(or(w.AttachmentURL, w.URL, w.PreviewURL)))
	name := string(or(w.FileName, w.Name))
	if name == "" {
		name = baseName(address)
	}
	return api.Attachment{
		Remote: either(w.ExternalID, w.ID), Name: name, MIME: string(or(w.MIME, w.ContentType)), URL: address, Size: int64(w.Size),
	}
}

func baseName(address string) string {
	u, err := url.Parse(address)
	if err != nil || path.Base(u.Path) == "." || path.Base(u.Path) == "/" {
		return "file"
	}
	return path.Base(u.Path)
}

func or(list ...text) text {
	for _, t := range list {
		if t != "" {
			return t
		}
	}
	return ""
}
