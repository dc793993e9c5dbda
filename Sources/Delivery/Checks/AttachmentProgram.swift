import Platform
package import Settings

/// Where postmaster-attachments(8) is: where the settings say, else beside this program, or where `make install` puts
/// it.
package enum AttachmentProgram {
    /// Nil if it is nowhere.
    package static func path(_ settings: Configuration.Attachments) -> String? {
        guard settings.program.isEmpty else { return settings.program }
        guard let own = Host.programPath(), let slash = own.utf8.lastIndex(of: UInt8(ascii: "/")) else {
            return nil
        }
        let directory = String(own[..<slash])
        let candidates = ["", "/../libexec/postmaster"].map { "\(directory)\($0)/postmaster-attachments" }
        return candidates.first { (try? FileStatus.of($0))?.kind == .regular }
    }
}
