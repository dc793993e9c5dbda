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
        directory = configuration.bounce.templates
        writer =
            switch configuration.origin(of: "bounce.templates") {
            case .file(let path, _): (try? FileStatus.of(path))?.owner ?? 0
            case .builtIn, .option: Identity.current().user
            }
    }

    /// The words for an occasion; a warning where a template of the site's own cannot be used.
    func wording(for kind: ReportWording.Kind, warnings: inout [String]) -> ReportWording {
        do throws(Failure) {
            if let own = try read(kind.templateName) { return own }
        } catch {
            warnings.append("\(error.description); the built-in text is used")
        }
        return .builtIn(kind)
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
