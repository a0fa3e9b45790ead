import Glibc
import Machine
import Support
import Testing

@Suite("Only what went wrong: --quiet")
struct QuietTests {
  @Test("a command that does its work says nothing")
  func done() throws {
    let workshop = try Workshop.built()
    let (server, api) = try workshop.serve(["api", "serve"])
    for words in [
      ["pull"], ["set", "SQ-RED-1", "title=Quiet"], ["build"], ["plan"],
      ["plan", "-o", "quiet.plan"], ["feed", "build"], ["feed", "check"], ["mirror", "verify"],
    ] {
      let ended = try workshop.expect(words + ["-q"], api: api)
      #expect(ended.output == "" && ended.error == "", "\(words): \(ended.output)\(ended.error)")
    }
    _ = try server.end(by: SIGTERM)
  }

  @Test("what was asked for is given all the same: a list, a path, a difference")
  func asked() throws {
    let workshop = try Workshop.built()
    try workshop.expect(["set", "SQ-RED-1", "title=Quiet", "-q"])
    #expect(try workshop.expect(["diff", "-q"]).output.contains("Quiet"))
    #expect(
      try workshop.expect(["edit", "open-square", "--no-editor", "-q"]).output
        == "content/products/open-square.md\n")
    #expect(!(try workshop.expect(["mirror", "sql", "select 1", "-q"]).output.isEmpty))
  }

  @Test("what went wrong is one line on standard error", arguments: [["pull"], ["push", "--yes"]])
  func failed(_ words: [String]) throws {
    let workshop = try Workshop.built()
    try workshop.expect(["set", "SQ-RED-1", "title=Quiet", "-q"])
    let ended = try workshop.run(words + ["-q"], api: "http://127.0.0.1:9")
    #expect(ended.exit == 7)
    #expect(ended.output == "")
    #expect(ended.error.split(separator: "\n").count == 1, "\(ended.error)")
    #expect(ended.error.contains("error["))
  }
}
