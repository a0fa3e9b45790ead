import Bytes
import CommandTree
import Contract
import Diagnostics
import HTTPClient
import HTTPServer
import LocalMirror
import Machine
import Settings

/// `trumeau doctor`: looks at everything that can be wrong around the program, and says how to mend
/// it.
enum DoctorCommand {
  static let command = Command(
    "doctor", "check settings, token, API, clock, mirror and disk, each with its remedy",
    examples: [
      Example("trumeau doctor", "when something does not work"),
      Example("trumeau doctor --offline", "without asking the API"),
    ],
    options: [.flag("offline", "leave out what needs the network")], work: run)

  struct Check {
    enum Verdict: String { case good, warning, bad }
    let name: String
    let verdict: Verdict
    let message: String
    var remedy: String?
  }

  private static func run(_ invocation: Invocation, _ console: Console) throws -> ExitCode {
    var checks: [Check] = []
    let sink = DiagnosticSink()
    let folder = invocation.value("project") ?? Files.currentFolder
    do {
      let project = try Project.load(from: folder, sink: sink)
      checks.append(settings(project, sink))
      checks.append(tokenFile(project))
      checks.append(media(project))
      checks.append(mirror(project))
      checks.append(disk(project.root))
      if !invocation.flag("offline") {
        checks += api(project, try? OpenProject(invocation, console).token())  // its own check
      }
    } catch {
      let failure = Failure(error)
      checks.append(
        Check(name: "project", verdict: .bad, message: failure.message, remedy: failure.help))
    }
    return tell(checks, sink.all, console)
  }

  private static func tell(_ checks: [Check], _ findings: [Diagnostic], _ console: Console)
    -> ExitCode
  {
    for check in checks {
      let mark =
        switch check.verdict {
        case .good: console.good("ok")
        case .warning: "! "
        case .bad: "NO"
        }
      console.say("\(mark)  \(check.name.padding(to: 10))  \(check.message)")
      if let remedy = check.remedy { console.say("               -> \(remedy)") }
    }
    console.show(findings)
    let bad = checks.count { $0.verdict == .bad }
    console.json(
      Document("doctor", ok: bad == 0) { document in
        document.list("checks", checks) { document, check in
          document.field("name", check.name)
          document.field("verdict", check.verdict.rawValue)
          document.field("message", check.message)
          document.field("remedy", check.remedy)
        }
      }.text)
    return bad == 0 ? .done : .findings
  }

  private static func settings(_ project: Project, _ sink: DiagnosticSink) -> Check {
    let count = sink.count(atLeast: .error)
    guard count == 0 else {
      return Check(
        name: "settings", verdict: .bad, message: "\(count) errors in the settings files",
        remedy: "they are listed below")
    }
    guard !project.storefronts.isEmpty else {
      return Check(
        name: "settings", verdict: .warning,
        message: "\(project.root): no storefront, so no pages can be built",
        remedy:
          "write storefronts/main.yaml; `trumeau explain config.no-storefront` shows a small one")
    }
    return Check(
      name: "settings", verdict: .good,
      message: "\(project.root): \(project.storefronts.count) storefronts, "
        + "\(project.channels.count) channels")
  }

  private static func tokenFile(_ project: Project) -> Check {
    if Environment.value("TRUMEAU_TOKEN") != nil {
      return Check(
        name: "token", verdict: .warning, message: "the token comes from TRUMEAU_TOKEN",
        remedy: "a file of mode 600 is safer: other programs can read the environment")
    }
    let path = project.path(project.site.tokenFile)
    guard let information = Files.information(path) else {
      return Check(
        name: "token", verdict: .bad, message: "\(project.site.tokenFile) is missing",
        remedy: "put a token of the commerce API into it; mode 600")
    }
    guard information.permissions & 0o077 == 0 else {
      return Check(
        name: "token", verdict: .bad,
        message: "\(project.site.tokenFile) can be read by others on this machine",
        remedy: "chmod 600 \(path)")
    }
    return Check(
      name: "token", verdict: .good, message: "\(project.site.tokenFile), readable by you alone")
  }

  private static func media(_ project: Project) -> Check {
    let folder = project.path(project.site.media.folder)
    guard Files.isFolder(folder) else {
      return Check(
        name: "pictures", verdict: .warning,
        message: "the folder \(project.site.media.folder) is missing",
        remedy:
          "pages that show pictures from it will not build; the demo's are made by demo/make.py")
    }
    return Check(name: "pictures", verdict: .good, message: project.site.media.folder)
  }

  private static func mirror(_ project: Project) -> Check {
    do {
      let reader = try MirrorReader(
        path: project.path(project.site.mirrorPath), tenant: project.site.tenant)
      let status = try reader.status()
      let age = status.lastPull.map { Age.words(from: $0, to: SystemTime().now) } ?? "?"
      return Check(
        name: "mirror", verdict: .good,
        message: "\(ProgressLine.grouped(status.recordCount)) records, \(age) old")
    } catch {
      let failure = Failure(error)
      return Check(
        name: "mirror", verdict: failure.code == "mirror.missing" ? .warning : .bad,
        message: failure.message, remedy: failure.help)
    }
  }

  private static func disk(_ folder: String) -> Check {
    guard let free = Files.freeBytes(folder) else {
      return Check(name: "disk", verdict: .warning, message: "free space is not known")
    }
    let megabytes = free >> 20
    return Check(
      name: "disk", verdict: megabytes < 500 ? .warning : .good,
      message: "\(ProgressLine.grouped(megabytes)) MB free",
      remedy: megabytes < 500
        ? "a build keeps the old site until the new one is whole: free some space" : nil)
  }

  private static func api(_ project: Project, _ token: String?) -> [Check] {
    let site = project.site
    guard site.connector == .native else { return [] }
    var request = HTTPRequest("GET", site.apiURL + ContractVersion.discoveryPath)
    if let token { request.headers.set("Authorization", "Bearer \(token)") }
    request.patience.connectMs = 3000
    request.patience.totalMs = 10_000
    let response: HTTPResponse
    let before = SystemTime().now
    do {
      response = try HTTPClient().send(request)
    } catch {
      return [
        Check(
          name: "api", verdict: .warning, message: "\(site.apiURL): \(error)",
          remedy: "start it, or check api.url; builds work without it")
      ]
    }
    guard response.status != 401 else {
      return [
        Check(
          name: "api", verdict: .bad, message: "\(site.apiURL) does not accept the token",
          remedy: "make a new one with `trumeau api token create`")
      ]
    }
    guard response.head.isSuccess else {
      return [
        Check(
          name: "api", verdict: .bad, message: "\(site.apiURL) answers \(response.status)",
          remedy: "check that api.url is the address of a commerce API")
      ]
    }
    return [Check(name: "api", verdict: .good, message: site.apiURL), clock(response, before)]
  }

  private static func clock(_ response: HTTPResponse, _ before: Instant) -> Check {
    guard let text = response.headers["Date"], let theirs = HTTPTime.parse(text) else {
      return Check(name: "clock", verdict: .warning, message: "the API tells no time")
    }
    let skew = abs(theirs.seconds - before.seconds)
    return Check(
      name: "clock", verdict: skew > 60 ? .bad : .good,
      message: skew > 60 ? "this clock and the API's differ by \(skew) s" : "agrees with the API's",
      remedy: skew > 60 ? "set the clock: windows and early access are decided by it" : nil)
  }
}
