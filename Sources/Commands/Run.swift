public import CommandTree
import Glibc
import Machine

/// Runs the command that `arguments` (with the program's name first) ask for, to its end.
///
/// Every error that any module throws becomes words and an exit code here and nowhere else.
public func run(_ arguments: [String]) -> ExitCode {
  Signals.install()
  let words = Array(arguments.dropFirst())
  let parser = Parser(root: Tree.root, globals: Tree.globals)
  do throws(UsageError) {
    switch try parser.parse(words) {
    case .help(let command, let path):
      let coloured = Environment.isTerminal(1) && Environment.value("NO_COLOR") == nil
      let help = HelpText(root: Tree.root, globals: Tree.globals, isColoured: coloured)
      StandardStream.output.write(help.render(command, path: path))
      return .done
    case .run(let command, let invocation):
      return perform(command, invocation, Console(invocation))
    }
  } catch {
    return Failure(error).tell(
      on: Console(isJSON: words.contains("--json")) { stream, text in
        (stream == .output ? StandardStream.output : .error).write(text)
      }, command: error.path.joined(separator: " "))
  }
}

/// Runs one command; tests hand in a console of their own.
func perform(_ command: Command, _ invocation: Invocation, _ console: Console) -> ExitCode {
  do {
    guard let work = command.work else { return .usage }
    return try work(invocation, console)
  } catch {
    return Failure(error).tell(on: console, command: invocation.name)
  }
}

/// Ends the process.
public func exit(code: ExitCode) -> Never { Glibc.exit(code.rawValue) }
