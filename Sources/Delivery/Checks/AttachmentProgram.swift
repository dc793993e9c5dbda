import Platform
package import Settings

/// Where postmaster-attachments(8) is: where the settings say, else beside this program, or where `make install` puts
/// it.
package enum AttachmentProgram {
    /// Nil if it is nowhere.
    package static func path(_ settings: Configuration.Attachments) -> String? {
        guard settings.program.isEmpty else { return settings.program }
        return Host.program("postmaster-attachments", besideOrIn: ["../libexec/postmaster"])
    }
}
