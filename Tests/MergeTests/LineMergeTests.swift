import Merge
import Testing

@Suite("Merges of lines")
struct LineMergeTests {
  @Test("each style writes an undecided place in its way")
  func styles() {
    func text(_ style: LineMerge.Style) -> String {
      LineMerge.merge(
        base: "a\nb\nc\n", ours: "a\nx\nm\nc\n", theirs: "a\nx\nt\nc\n", style: style
      ).text
    }
    #expect(text(.merge) == "a\nx\n<<<<<<< ours\nm\n=======\nt\n>>>>>>> theirs\nc\n")
    #expect(
      text(.diff3)
        == "a\n<<<<<<< ours\nx\nm\n||||||| base\nb\n=======\nx\nt\n>>>>>>> theirs\nc\n")
    #expect(
      text(.zdiff3)
        == "a\nx\n<<<<<<< ours\nm\n||||||| base\nb\n=======\nt\n>>>>>>> theirs\nc\n")
    #expect(text(.ours) == "a\nx\nm\nc\n")
    #expect(text(.theirs) == "a\nx\nt\nc\n")
    #expect(text(.union) == "a\nx\nm\nt\nc\n")
  }

  @Test("markers end as the lines around them, and last lines get an end")
  func lineEnds() {
    let windows = LineMerge.merge(base: "a\r\nb\r\n", ours: "a\r\nx\r\n", theirs: "a\r\ny\r\n")
    #expect(
      windows.text == "a\r\n<<<<<<< ours\r\nx\r\n=======\r\ny\r\n>>>>>>> theirs\r\n")
    let open = LineMerge.merge(base: "a\nb", ours: "a\nx", theirs: "a\ny")
    #expect(open.text == "a\n<<<<<<< ours\nx\n=======\ny\n>>>>>>> theirs\n")
  }

  @Test("touching edits are undecided, edits with a line between them are not")
  func touching() {
    #expect(
      LineMerge.merge(base: "a\nb\n", ours: "x\nb\n", theirs: "a\ny\n").conflicts == 1)
    #expect(
      LineMerge.merge(base: "a\nb\nc\n", ours: "x\nb\nc\n", theirs: "a\nb\ny\n").text == "x\nb\ny\n"
    )
  }

  @Test("texts without anything in common, and texts of one line many times, take no longer")
  func bounded() {
    let base = (0..<6000).map { "b\($0)\n" }.joined()
    let ours = (0..<6000).map { "o\($0 % 50)\n" }.joined()
    let theirs = (0..<6000).map { "o\($0 * 7 % 50)\n" }.joined()
    let clock = ContinuousClock()
    let spent = clock.measure {
      _ = LineMerge.merge(base: base, ours: ours, theirs: theirs)
      _ = LineMerge.merge(base: ours, ours: base, theirs: theirs)
      _ = LineMerge.merge(base: ours, ours: theirs, theirs: base)
      let same = String(repeating: "x\n", count: 20_000)
      _ = LineMerge.merge(base: same, ours: same + "y\n", theirs: "z\n" + same)
    }
    // Quadratic work would be 36 million steps a comparison; an unoptimised build does this in seconds.
    #expect(spent < .seconds(30), "\(spent)")
  }
}
