package import Platform
package import Settings

/// The configuration of a run: the file, then the options `-o`.
package struct ConfigurationLoading: Sendable {
    package private(set) var configuration = Configuration()
    /// Everything wrong with it, in order.
    package private(set) var problems: [SettingsProblem] = []
    /// Why the file could not be read; nil if it was, or if there is none and none was asked for.
    package private(set) var unreadable: SystemError?

    package static var standardPath: String { "/etc/postmaster/postmaster.toml" }
    private static let maxFileSize = 1 << 20

    /// - Parameters:
    ///   - path: a file that must exist; nil for the standard one, which need not.
    ///   - readsFile: false where no file is to be read.
    package init(path: String?, overrides: [String], readsFile: Bool = true) {
        if readsFile || path != nil { read(path) }
        for override in overrides {
            if let problem = configuration.override(override) { problems.append(problem) }
        }
    }

    private mutating func read(_ path: String?) {
        let name = path ?? Self.standardPath
        do throws(SystemError) {
            let text = try OwnedFileDescriptor(reading: name).readAll(limit: Self.maxFileSize, path: name)
            problems += configuration.read(text, path: name)
        } catch {
            if path == nil, error.code == ErrorCode.noSuchFile || error.code == ErrorCode.notDirectory {
                return
            }
            unreadable = error
        }
    }

    /// Why nothing may be delivered with it; nil if it is sound. Unknown keys alone stop nothing.
    package var obstacle: String? {
        if let unreadable { return "configuration: \(unreadable)" }
        return problems.first { $0.kind == .syntax || $0.kind == .badValue }.map { "configuration: \($0)" }
    }

    /// What a delivery says in its log record.
    package var warnings: [String] {
        problems.filter { $0.kind != .syntax && $0.kind != .badValue }.map { "configuration: \($0)" }
    }
}
