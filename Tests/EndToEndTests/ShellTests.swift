import Bytes
import Glibc
import Machine
import Support
import Testing

/// A shell of this machine that completes a line with trumeau's own script.
struct CompletingShell {
  let name: String
  let workshop: Workshop

  static func isInstalled(_ program: String) -> Bool {
    ["/bin", "/usr/bin", "/usr/local/bin"].contains { Files.exists("\($0)/\(program)") }
  }

  /// Prepares the shell in a project.
  init(_ name: String) throws {
    self.name = name
    workshop = try Journey.shared().workshop
  }

  /// What is offered for the last word of a line.
  func offers(_ words: String...) throws -> Set<String> {
    let folder = try ScratchFolder()
    let script = try workshop.expect(["completions", name]).output
    try folder.write("_trumeau", script)
    let program = try folder.write("complete", text(words, folder.path))
    let out = "\(folder.path)/out"
    // The program under test is found on the path by its own name.
    let bin = Path.folder(of: Program.path)
    let process = try Subprocess.start([
      "env", "-C", workshop.path, "PATH=\(bin):/usr/bin:/bin", "OUT=\(out)", "HOME=\(folder.path)",
      "TERM=dumb", name, program,
    ])
    #expect(Subprocess.wait(process) == 0, "\(name) completes \(words)")
    let found = try Files.readText(out).split(separator: "\n")
    return Set(found.map { String($0.prefix { $0 != "\t" }) })
  }

  private func text(_ words: [String], _ folder: String) -> String {
    let quoted = words.map { "'\($0)'" }.joined(separator: " ")
    switch name {
    case "bash":
      return """
        source \(folder)/_trumeau
        COMP_WORDS=(\(quoted)) COMP_CWORD=\(words.count - 1)
        _trumeau
        printf '%s\\n' "${COMPREPLY[@]}" > "$OUT"
        """
    case "fish":
      return """
        source \(folder)/_trumeau
        complete -C \(Self.line(words)) > $OUT
        true
        """
    default:
      // A second zsh on a terminal of its own; what it would add is written to a file.
      return """
        zmodload zsh/zpty
        print -r -- '
        PS1="" PROMPT_EOL_MARK="" PATH=\(Path.folder(of: Program.path)):/usr/bin:/bin
        fpath=(\(folder) $fpath)
        autoload -Uz compinit; compinit -u -d \(folder)/dump
        compadd() {
          if [[ " $* " != *" -"[OAD]" "* ]]; then
            local -a offered; builtin compadd -O offered "$@"; print -rl -- $offered >> "$OUT"
          fi
          builtin compadd "$@"
        }
        told() { print done >> \(folder)/done }
        zle -N told; bindkey "^X" told
        print ready > \(folder)/ready
        ' > \(folder)/start
        : > "$OUT"
        zpty inner zsh -f -i
        zpty -w inner "source \(folder)/start"
        for i in {1..200}; do [[ -e \(folder)/ready ]] && break; sleep 0.05; done
        zpty -w -n inner \(Self.line(words))$'\\t\\x18'
        for i in {1..200}; do [[ -e \(folder)/done ]] && break; sleep 0.05; done
        zpty -d inner
        [[ -e \(folder)/done ]]
        """
    }
  }

  private static func line(_ words: [String]) -> String { "'\(words.joined(separator: " "))'" }
}

@Suite("Completions in real shells")
struct ShellTests {
  /// Shells of this machine; `scripts/install shells` installs those that lack.
  static let installed = ["bash", "zsh", "fish"].filter(CompletingShell.isInstalled)

  @Test("bash, at least, is there, and those that lack are named")
  func present() {
    #expect(Self.installed.contains("bash"))
    for shell in ["zsh", "fish"] where !Self.installed.contains(shell) {
      print("\(shell) is not installed: its completions were not tried; scripts/install shells")
    }
  }

  @Test("commands, and commands of commands", arguments: installed)
  func commands(shell: String) throws {
    let shell = try CompletingShell(shell)
    let all = try shell.offers("trumeau", "")
    #expect(all.isSuperset(of: ["pull", "build", "serve", "mirror", "completions", "man"]))
    #expect(try shell.offers("trumeau", "mir") == ["mirror"])
    let mirror = try shell.offers("trumeau", "mirror", "")
    #expect(
      mirror.isSuperset(of: ["stats", "verify", "sql", "export"]) && !mirror.contains("pull"))
    #expect(try shell.offers("trumeau", "feed", "val") == ["validate"])
  }

  @Test("options of the command and of all commands, and no others", arguments: installed)
  func options(shell: String) throws {
    let shell = try CompletingShell(shell)
    let build = try shell.offers("trumeau", "build", "--")
    #expect(build.isSuperset(of: ["--full", "--dry-run", "--json", "--help"]), "\(build)")
    #expect(!build.contains("--port"))
    let serve = try shell.offers("trumeau", "serve", "--no-build", "--b")
    #expect(serve == ["--built"], "\(serve)")
  }

  @Test("words to choose from, behind a space and behind an equals sign", arguments: installed)
  func choices(shell: String) throws {
    let name = shell
    let shell = try CompletingShell(shell)
    #expect(
      try shell.offers("trumeau", "build", "--color", "") == ["auto", "always", "never"])
    if name == "bash" {
      #expect(try shell.offers("trumeau", "build", "--color", "=", "al") == ["always"])
    }
    #expect(try shell.offers("trumeau", "completions", "") == ["bash", "zsh", "fish"])
    // The value of an option is no command.
    #expect(try shell.offers("trumeau", "--color", "auto", "feed", "val") == ["validate"])
  }

  @Test("files and folders where they are wanted", arguments: installed)
  func files(shell: String) throws {
    let shell = try CompletingShell(shell)
    let files = try shell.offers("trumeau", "import", "csv", "seed")
    #expect(files.contains { $0.hasPrefix("seed.jsonl") }, "\(files)")
    let folders = try shell.offers("trumeau", "mirror", "export", "conte")
    #expect(folders.contains { $0.hasPrefix("content") }, "\(folders)")
    let none = try shell.offers("trumeau", "mirror", "export", "seed")
    #expect(!none.contains { $0.hasPrefix("seed") }, "\(none)")
  }

  @Test("storefronts, tiers, markets, SKUs and handles of the project", arguments: installed)
  func names(shell: String) throws {
    let shell = try CompletingShell(shell)
    #expect(try shell.offers("trumeau", "build", "--storefront", "") == ["main"])
    #expect(try shell.offers("trumeau", "serve", "--as-tier", "") == ["gold", "member"])
    #expect(try shell.offers("trumeau", "serve", "--market", "j") == ["jp"])
    #expect(try shell.offers("trumeau", "explain", "price", "SQ-") == ["SQ-RED-1", "SQ-BLUE-1"])
    #expect(try shell.offers("trumeau", "set", "open-s") == ["open-square"])
    #expect(try shell.offers("trumeau", "feed", "build", "goo") == ["google-eu", "google-jp"])
  }

  @Test("outside a project nothing is offered, and nothing is said")
  func outside() throws {
    let ended = try Program(folder: "/tmp").run(["completions", "values", "sku", "A"])
    #expect(ended.exit == 0 && ended.output.isEmpty && ended.error.isEmpty)
  }
}

@Suite("Manual pages in real programs")
struct ManualTests {
  /// Runs a shell line in a folder, and gives its exit code and what it wrote to `out`.
  private func shell(_ line: String, _ folder: ScratchFolder) throws -> (Int32, String) {
    let process = try Subprocess.start([
      "env", "-C", folder.path, "LC_ALL=C.UTF-8", "sh", "-c", "{ \(line); } > out 2>&1",
    ])
    return (Subprocess.wait(process), try folder.read("out"))
  }

  private func written() throws -> ScratchFolder {
    let folder = try ScratchFolder()
    let ended = try Program(folder: folder.path).run(["man", "--output", "man1"])
    #expect(ended.exit == 0)
    #expect(try Files.list("\(folder.path)/man1").count > 40)
    return folder
  }

  @Test(
    "groff sets every page without a warning", .enabled(if: CompletingShell.isInstalled("groff")))
  func groff() throws {
    let (exit, said) = try shell("groff -ww -b -man -Tutf8 man1/*.1 > /dev/null", written())
    #expect(exit == 0 && said.isEmpty, "\(said)")
  }

  @Test(
    "mandoc finds nothing to mend in any page", .enabled(if: CompletingShell.isInstalled("mandoc")))
  func mandoc() throws {
    let (exit, said) = try shell("mandoc -Tlint -Wwarning man1/*.1", written())
    #expect(exit == 0 && said.isEmpty, "\(said)")
  }

  @Test("man shows one page in words", .enabled(if: CompletingShell.isInstalled("man")))
  func man() throws {
    let folder = try written()
    let (exit, said) = try shell("man -l man1/trumeau-serve.1 | col -b", folder)
    #expect(exit == 0)
    for part in [
      "trumeau-serve", "--as-tier TIER", "Begin as a member of this tier", "EXIT STATUS",
    ] {
      #expect(said.contains(part), "\(part) in \(said)")
    }
  }

  @Test("one page is written to standard output, and a command that is none is refused")
  func one() throws {
    let program = Program(folder: "/tmp")
    #expect(
      try program.run(["man", "mirror", "stats"]).output.hasPrefix(
        ".TH \"TRUMEAU\\-MIRROR\\-STATS\" 1 "))
    let wrong = try program.run(["man", "mirror", "statz"])
    #expect(wrong.exit == 2 && wrong.error.contains("statz"))
  }
}
