package api

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"path"
	"reflect"
	"strings"

	"github.com/danielgtaylor/huma/v2"

	"github.com/defekt/defekt/pipeline/api/wire"
)

// securityKey names the API key in the OpenAPI document.
const securityKey = "apiKey"

// humaConfig leaves out all that huma would serve by itself.
func (s *Server) humaConfig() huma.Config {
	return huma.Config{
		OpenAPI: &huma.OpenAPI{
			OpenAPI: "3.1.0",
			Info: &huma.Info{
				Title: "Defekt", Version: s.cfg.Version,
				Description: "Claims in, structured defect data out. Errors are problem+json; match on their code.",
			},
			Components: &huma.Components{
				Schemas: huma.NewMapRegistry("#/components/schemas/", schemaName),
				SecuritySchemes: map[string]*huma.SecurityScheme{securityKey: {
					Type: "http", Scheme: "bearer", BearerFormat: KeyPrefix + "...",
					Description: "An API key made with defekt keys create. Scopes: " + strings.Join(Scopes(), ", ") + "; admin includes the others. Not needed where the server runs without keys.",
				}},
			},
		},
		Formats: map[string]huma.Format{
			typeJSON: huma.DefaultJSONFormat,
			"json":   huma.DefaultJSONFormat, // what huma makes of application/problem+json
		},
		DefaultFormat: typeJSON,
		Transformers:  []huma.Transformer{s.transform},
	}
}

// schemaName keeps types of one name apart that different packages have.
func schemaName(t reflect.Type, hint string) string {
	name := huma.DefaultSchemaNamer(t, hint)
	for t.Kind() == reflect.Pointer || t.Kind() == reflect.Slice {
		t = t.Elem()
	}
	if base := path.Base(t.PkgPath()); t.Name() != "" && base != "wire" && base != "." {
		return strings.ToUpper(base[:1]) + base[1:] + name
	}
	return name
}

func (s *Server) schema(t reflect.Type) *huma.Schema {
	return s.api.OpenAPI().Components.Schemas.Schema(t, true, "")
}

// problemResponse documents what every error looks like.
func (s *Server) problemResponse() *huma.Response {
	return &huma.Response{
		Description: "A problem",
		Content:     map[string]*huma.MediaType{problemType: {Schema: s.schema(reflect.TypeFor[wire.Problem]())}},
	}
}

// operation finds what add has registered.
func (s *Server) operation(rt route) *huma.Operation {
	item := s.api.OpenAPI().Paths[rt.path]
	switch rt.method {
	case http.MethodGet:
		return item.Get
	case http.MethodPost:
		return item.Post
	case http.MethodPatch:
		return item.Patch
	default:
		return item.Delete
	}
}

// describeBody documents a body. It comes after registering, since huma would read a body
// that it knew of.
func (s *Server) describeBody(rt route) {
	if rt.body == nil {
		return
	}
	op := s.operation(rt)
	op.RequestBody = &huma.RequestBody{Required: true, Content: map[string]*huma.MediaType{}}
	for kind, t := range rt.body {
		media := &huma.MediaType{Schema: s.schema(t)}
		if kind == typeMultipart {
			media.Schema = &huma.Schema{
				Type: "object",
				Properties: map[string]*huma.Schema{
					"claim": s.schema(t),
					"photo": {Type: "array", Items: &huma.Schema{Type: "string", Format: "binary"}, MaxItems: ptr(MaxPhotos)},
				},
			}
			media.Encoding = map[string]*huma.Encoding{"claim": {ContentType: typeJSON}, "photo": {ContentType: "image/*"}}
		}
		op.RequestBody.Content[kind] = media
	}
}

func ptr[T any](v T) *T { return &v }

// finishDocument adds what the types do not say, and fixes the document's bytes.
func (s *Server) finishDocument() (err error) {
	doc := s.api.OpenAPI()
	for _, unused := range []string{"HumaErrorModel", "HumaErrorDetail"} {
		delete(doc.Components.Schemas.Map(), unused)
	}
	accept := doc.Paths["/v1/claims"].Post
	result := accept.Responses["202"]
	result.Description = "Accepted; Location is where the result will be"
	for code, text := range map[string]string{"200": "A known claim with its result", "201": "Accepted, with its result (Prefer: wait=N)"} {
		accept.Responses[code] = &huma.Response{Description: text, Headers: result.Headers, Content: result.Content}
	}
	doc.Paths["/v1/claims:batch"].Post.Responses["200"] = &huma.Response{
		Description: "One result line for each line, in order",
		Content:     map[string]*huma.MediaType{typeNDJSON: {Schema: s.schema(reflect.TypeFor[wire.BatchResult]())}},
	}
	doc.Paths["/v1/claims/{id}/photos/{n}"].Get.Responses["200"].Content = imageContent()
	s.finishReviewDocument(doc)
	s.finishQualityDocument(doc)
	for _, kind := range []string{"json", "yaml"} {
		doc.Paths["/openapi."+kind].Get.Responses["200"].Content = map[string]*huma.MediaType{"application/openapi+" + kind: {}}
	}
	if s.json, err = json.MarshalIndent(doc, "", "  "); err != nil {
		return fmt.Errorf("openapi: %w", err)
	}
	if s.yaml, err = doc.YAML(); err != nil {
		return fmt.Errorf("openapi: %w", err)
	}
	return nil
}

type documentOut struct {
	ContentType string `header:"Content-Type"`
	Body        []byte
}

func (s *Server) openapiJSON(context.Context, *struct{}) (*documentOut, error) {
	return &documentOut{"application/openapi+json", s.json}, nil
}

func (s *Server) openapiYAML(context.Context, *struct{}) (*documentOut, error) {
	return &documentOut{"application/openapi+yaml", s.yaml}, nil
}
