import Glibc

/// What stands on the command line: words, and options with a value or without.
struct Arguments {
  private(set) var words: [String] = []
  private var values: [String: String] = [:]

  init(_ arguments: ArraySlice<String>) {
    var rest = arguments
    while let word = rest.popFirst() {
      guard word.hasPrefix("--") else {
        words.append(word)
        continue
      }
      if let next = rest.first, !next.hasPrefix("--") {
        values[String(word.dropFirst(2))] = next
        rest.removeFirst()
      } else {
        values[String(word.dropFirst(2))] = ""
      }
    }
  }

  func number(_ name: String, or standard: Int) -> Int {
    values[name].flatMap { Int($0) } ?? standard
  }
  func text(_ name: String) -> String? { values[name] }
  func has(_ name: String) -> Bool { values[name] != nil }
}

/// Ends the program.
func exit(_ code: Int32) -> Never { Glibc.exit(code) }

/// Shows at once what was printed, also where the output is a file.
func flush() { fflush(nil) }
