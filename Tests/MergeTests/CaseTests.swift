import Bytes
import Formats
import Merge
import Testing

@Suite("Cases as JSON lines")
struct CaseTests {
  private func answer(_ line: String, _ options: MergeCase.Options = .init()) -> String {
    MergeCase.answer(Array(line.utf8), options)
  }

  @Test("lines, words and prose, with id and labels")
  func texts() {
    #expect(
      answer(
        #"{"id":7,"suite":"lines","base":"a\n","ours":"b\n","theirs":"c\n","labels":{"ours":"m","theirs":"s"}}"#
      )
        == #"{"id":7,"clean":false,"conflicts":1,"text":"<<<<<<< m\nb\n=======\nc\n>>>>>>> s\n"}"#)
    #expect(
      answer(#"{"id":"w","suite":"words","base":"a b c","ours":"x b c","theirs":"a b y"}"#)
        == #"{"id":"w","clean":true,"conflicts":0,"segments":["x b y"]}"#)
    #expect(
      answer(
        #"{"id":"p","suite":"words","base":"one two","ours":"one 2","theirs":"one zwei"}"#,
        .init(prose: true))
        == #"{"id":"p","clean":false,"conflicts":1,"segments":["one ",{"ours":"2","base":"two","theirs":"zwei"}],"notes":[]}"#
    )
  }

  @Test("records")
  func records() {
    #expect(
      answer(
        #"{"id":"f","suite":"fields","policy":{"n":"counter_delta"},"base":{"n":5},"ours":{"n":4},"theirs":{"n":7}}"#
      )
        == #"{"id":"f","merged":{"n":6},"conflicts":[],"auto":{"n":"delta-added"},"confirm":[],"push":{"op":"update","set":{},"add":{"n":-1}}}"#
    )
  }

  @Test(
    "a line that is no case is answered with what is wrong",
    arguments: [
      ("", "null"), ("{", "null"), ("[]", "null"), (#"{"id":1}"#, "1"),
      (#"{"id":1,"suite":"songs","base":"","ours":"","theirs":""}"#, "1"),
      (
        #"{"id":"x","suite":"fields","policy":{"a":"guess"},"base":null,"ours":null,"theirs":null}"#,
        "\"x\""
      ),
      (#"{"id":"x","suite":"fields","policy":{},"base":1,"ours":null,"theirs":null}"#, "\"x\""),
      (#"{"id":"x","suite":"lines","base":"","ours":"","theirs":"","labels":{"ours":1}}"#, "\"x\""),
    ])
  func faults(line: String, id: String) throws {
    let text = answer(line)
    #expect(text.hasPrefix("{\"id\":\(id),\"error\":{\"phase\":\"input\",\"message\":\""))
    let value = try JSON.parse(text).value
    #expect(value["error"]?["message"]?.string?.isEmpty == false)
  }
}
