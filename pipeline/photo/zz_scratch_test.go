package photo
import ("testing";"os";"bytes";"image/jpeg";"sort";"github.com/disintegration/imaging";"github.com/defekt/defekt/models/vision/raster")
func BenchmarkZZ(b *testing.B){
 for _,f:=range []string{"s500","s1280","s1920","m80","m88","m88p"}{
  data,_:=os.ReadFile("/work/scratch/photo/b/"+f+".jpg")
  for _,c:=range []struct{n string;c Config}{{"ours",Config{}},{"nolib",Config{WithoutTurboJPEG:true}},{"turboonly",Config{WithoutFastJPEG:true}}} {
  d:=newDecoder(b,c.c); var s raster.Scratch; dst:=raster.New(224,224)
  b.Run(f+"/"+c.n,func(b *testing.B){cpu(b,func(){ p,err:=d.Decode(b.Context(),data,224); if err!=nil{b.Fatal(err)}; s.ResizeInto(dst,p.Image,raster.CenterSquare(p.Image.W,p.Image.H),raster.Triangle())})}) }
  b.Run(f+"/plain",func(b *testing.B){cpu(b,func(){ img,err:=jpeg.Decode(bytes.NewReader(data)); if err!=nil{b.Fatal(err)}; imaging.Fill(img,224,224,imaging.Center,imaging.Linear)})})
 }
}
func TestZZ(t *testing.T){
 d:=newDecoder(t,Config{})
 for _,set:=range []string{"car-damage","parcel-damage","steel-surface","magnetic-tile"}{
  var s []float64; bad:=map[string]int{}
  for _,n:=range sharedPhotos(t,set,200){ p,err:=d.Decode(t.Context(),readFile(t,n),224); if err!=nil{t.Fatal(err)}; v:=Judge(p); s=append(s,v.Sharpness); bad[string(v.Code)]++ }
  sort.Float64s(s); t.Logf("%s sharp p1 %.3f p5 %.3f p50 %.3f p95 %.3f p99 %.3f %v",set,s[2],s[10],s[100],s[190],s[198],bad)
 }
}
