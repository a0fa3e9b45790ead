import BuildComparison
import Diagnostics
import Site
import Storefront
import Testing

extension VirtualSite {
  /// The findings of a build that must fail by them.
  func findings() throws -> [Diagnostic] { try failure(SiteError.self)?.diagnostics ?? [] }

  /// The leaks of a build that must fail by them.
  func leaks() throws -> [Leak] { try failure(LeakError.self)?.leaks ?? [] }

  private func failure<Failure: Error>(_: Failure.Type) throws -> Failure? {
    do {
      try build()
      Issue.record("the build succeeded")
      return nil
    } catch let error as Failure {
      return error
    }
  }
}
