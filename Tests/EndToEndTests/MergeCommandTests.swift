import Bytes
import Formats
import Machine
import Support
import Testing

@Suite("The command merge")
struct MergeCommandTests {
  private func lines(_ output: String) throws -> [TapeValue] {
    try output.split(separator: "\n").map { try JSON.parse(String($0)).value }
  }

  @Test("answers each line in order, also those that are no case, and ends with 0")
  func stream() throws {
    let program = Program(folder: "/tmp")
    let input = """
      {"id":1,"suite":"lines","base":"a\\n","ours":"b\\n","theirs":"a\\n"}
      no case
      {"id":2,"suite":"words","base":"a b c","ours":"x b c","theirs":"a b y"}
      {"id":3,"suite":"fields","policy":{"t":"set"},"base":{"t":[]},"ours":{"t":["a"]},"theirs":{"t":["b"]}}
      """
    let ended = try program.run(["merge", "--json"], input: input)
    #expect(ended.exit == 0)
    let answers = try lines(ended.output)
    #expect(answers.map { $0["id"]?.integer } == [1, nil, 2, 3])
    #expect(answers[0]["text"]?.string == "b\n")
    #expect(answers[1]["error"]?["message"]?.string?.hasPrefix("not JSON") == true)
    #expect(answers[2]["segments"]?.children.first?.string == "x b y")
    #expect(answers[3]["merged"]?["t"]?.children.map(\.string) == ["a", "b"])
  }

  @Test("merges three files, and says with exit code 5 that places are left")
  func files() throws {
    let folder = try ScratchFolder()
    try folder.write("before", "One two three four.\n")
    try folder.write("mine", "One 2 three four.\n")
    try folder.write("shop", "One two three 4.\n")
    try folder.write("other", "One zwei three four.\n")
    let program = Program(folder: folder.path)
    let prose = try program.run(["merge", "--prose", "before", "mine", "shop"])
    #expect(prose.exit == 0)
    #expect(prose.output == "One 2 three 4.\n")
    #expect(prose.error.contains("please read: One 2 three 4."))
    let lines = try program.run(["merge", "before", "mine", "shop", "--style", "diff3"])
    #expect(lines.exit == 5)
    #expect(lines.output.hasPrefix("<<<<<<< mine\nOne 2 three four.\n||||||| before\n"))
    let open = try program.run(["merge", "--json", "--prose", "before", "mine", "other"])
    #expect(open.exit == 5)
    #expect(try open.json().value["undecided"]?.integer == 1)
    #expect(open.error.contains("Mine: One 2 three four."))
    #expect(try program.run(["merge", "before", "mine"]).exit == 2)
    #expect(try program.run(["merge", "before", "mine", "none"]).exit == 1)
  }
}
