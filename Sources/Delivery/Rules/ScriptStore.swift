import DeliveryStatus
import Platform
import Settings

/// Reads the rule files: those of the site before and after, and the user's own between them.
struct ScriptStore {
    /// A rule file that was read.
    struct Script {
        /// For logs and notices: the file's name without `.sieve`.
        let name: String
        let path: String
        let source: [UInt8]
        let isPersonal: Bool
    }

    private let before: [String]
    private let personal: [String]
    private let after: [String]
    /// Whether an option named the personal script.
    private let isNamed: Bool
    /// Bytes.
    private let maxScriptSize: Int
    private let identity: Identity

    init(configuration: Configuration, destination: Destination) {
        func expand(_ templates: [PathTemplate]) -> [String] {
            templates.compactMap { try? $0.expanded(user: destination.userName, home: destination.home) }
        }
        // `--mail-dir` has no site around it, unless options say so.
        before = expand(configuration.sieve.before)
        personal = destination.personalScripts
        isNamed = destination.isGivenDirectly
        after = expand(configuration.sieve.after)
        maxScriptSize = configuration.sieve.maxScriptSize
        identity = destination.identity
    }

    private static let maxScriptsInDirectory = 100

    /// What was found.
    struct Reading {
        /// In the order they run.
        var scripts: [Script] = []
        /// What is wrong with others, as far as only a person can mend it.
        var problems: [String] = []
        /// Why a script that is there could not be read, which may be otherwise in a moment.
        var passingFailure: SystemError?

        mutating func note(_ error: SystemError) {
            problems.append("script \(error)")
            // "Too large" is said by our own limit.
            let passes = SystemErrorStatus(error).passesByItself && error.code != ErrorCode.fileTooLarge
            if passes { passingFailure = passingFailure ?? error }
        }
    }

    func read() -> Reading {
        var reading = Reading()
        for path in before { append(contentsOf: path, to: &reading) }
        appendPersonal(to: &reading)
        for path in after { append(contentsOf: path, to: &reading) }
        return reading
    }

    /// The first that exists; that the others are missing is no problem, and that all are is none either.
    private func appendPersonal(to reading: inout Reading) {
        for path in personal {
            do throws(SystemError) {
                reading.scripts.append(try script(at: path, isPersonal: true))
                return
            } catch {
                if error.code == ErrorCode.noSuchFile || error.code == ErrorCode.notDirectory { continue }
                reading.note(error)
                return
            }
        }
        // A script that somebody named himself should be there.
        if isNamed, let path = personal.first {
            reading.problems.append("script \(path): there is no such file")
        }
    }

    /// A file, or all files `*.sieve` of a directory in the order of their names.
    private func append(contentsOf path: String, to reading: inout Reading) {
        do throws(SystemError) {
            guard try FileStatus.of(path).kind == .directory else {
                reading.scripts.append(try script(at: path, isPersonal: false))
                return
            }
            var names: [String] = []
            try Directory(opening: path).forEachName { name in
                if name.hasSuffix(".sieve"), !name.hasPrefix(".") { names.append(name) }
                return names.count <= Self.maxScriptsInDirectory
            }
            if names.count > Self.maxScriptsInDirectory {
                reading.problems.append(
                    "\(path): more than \(Self.maxScriptsInDirectory) scripts, the others are not run")
            }
            for name in names.sorted().prefix(Self.maxScriptsInDirectory) {
                append(path + "/" + name, to: &reading)
            }
        } catch {
            reading.note(error)
        }
    }

    private func append(_ path: String, to reading: inout Reading) {
        do throws(SystemError) {
            reading.scripts.append(try script(at: path, isPersonal: false))
        } catch {
            reading.note(error)
        }
    }

    private func script(at path: String, isPersonal: Bool) throws(SystemError) -> Script {
        let file = try OwnedFileDescriptor(reading: path)
        let status = try file.status(path: path)
        do throws(UnsafePath) {
            try PathSafety.checkScript(status, path: path, for: identity)
        } catch {
            throw SystemError(call: "\(error)", path: "", code: ErrorCode.notPermitted)
        }
        return Script(
            name: Self.name(of: path), path: path,
            source: try file.readAll(limit: maxScriptSize, expecting: status.size, path: path),
            isPersonal: isPersonal)
    }

    static func name(of path: String) -> String {
        let file =
            path.utf8.split(separator: UInt8(ascii: "/")).last.map { String(decoding: $0, as: UTF8.self) }
            ?? path
        return file.hasSuffix(".sieve") ? String(file.dropLast(6)) : file
    }
}
