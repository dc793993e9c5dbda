import DeliveryStatus
import Platform
import Settings

/// The texts of reports: a site's own (`bounce.templates`), or the built-in ones.
///
/// A report is never lost for a template: one that cannot be used is as good as none, and a warning says so. Only what
/// root wrote, or who wrote the configuration, is sent in the site's name.
struct ReportTemplates {
    private let directory: String
    private let writer: UInt32

    init(_ configuration: Configuration) {
        self.init(directory: configuration.bounce.templates, key: "bounce.templates", configuration)
    }

    /// - Parameters:
    ///   - directory: empty for none.
    ///   - key: the setting that names it.
    init(directory: String, key: String, _ configuration: Configuration) {
        self.directory = directory
        writer =
            switch configuration.origin(of: key) {
            case .file(let path, _): (try? FileStatus.of(path))?.owner ?? 0
            case .builtIn, .option: Identity.current().user
            }
    }

    /// The words for an occasion; a warning where a template of the site's own cannot be used.
    func wording(for kind: ReportWording.Kind, warnings: inout [String]) -> ReportWording {
        wording(in: kind.templateName, warnings: &warnings) ?? .builtIn(kind)
    }

    /// The words of a file; nil where there is none, or none that can be used: then with a warning.
    func wording(in file: String, warnings: inout [String]) -> ReportWording? {
        do throws(Failure) {
            return try read(file)
        } catch {
            warnings.append("\(error.description); the built-in text is used")
            return nil
        }
    }

    /// Nil where the site has none for this occasion.
    private func read(_ name: String) throws(Failure) -> ReportWording? {
        guard !directory.isEmpty else { return nil }
        let path = "\(directory)/\(name)"
        do {
            let folder = try Directory(opening: directory)
            if let reason = try objection(to: folder.status()) { throw Failure("\(directory): \(reason)") }
            guard let file = try open(name, in: folder) else { return nil }
            let status = try file.status(path: path)
            guard status.kind == .regular else { throw Failure("\(path): it is not a regular file") }
            if let reason = objection(to: status) { throw Failure("\(path): \(reason)") }
            return try ReportWording(
                template: file.readAll(limit: ReportWording.maximumTemplate, path: path))
        } catch let problem as ReportWording.TemplateProblem {
            throw Failure("\(path): \(problem)")
        } catch let failure as Failure {
            throw failure
        } catch {
            throw Failure("\(error)")
        }
    }

    private func open(
        _ name: String, in folder: borrowing Directory
    ) throws(SystemError) -> OwnedFileDescriptor? {
        do throws(SystemError) {
            return try folder.openFile(name, followingLinks: true)
        } catch {
            guard error.code == ErrorCode.noSuchFile else { throw error }
            return nil
        }
    }

    private func objection(to status: FileStatus) -> String? {
        guard status.owner == 0 || status.owner == writer else {
            return "it belongs to uid \(status.owner), neither to root nor to who wrote the configuration"
        }
        return status.permissions & 0o022 == 0 ? nil : "others may write to it"
    }

    private struct Failure: Error, CustomStringConvertible {
        let description: String

        init(_ description: String) {
            self.description = description
        }
    }
}
