/// What is written from the table: the manual, and the file that every site starts with.
extension SettingsKey {
    /// The sections and keys of the file, as mdoc(7) source.
    package static func manualSection() -> String {
        let defaults = Configuration()
        var manual = ""
        for section in sections {
            manual += ".Ss [\(section)]\n.Bl -tag -width 4n\n"
            for key in all where key.section == section {
                let shown = key.shown(in: defaults)
                manual += ".It Cm \(escaped(key.name)) Li = \(escaped(shown.literal))\n"
                manual += "\(escaped(key.summary)).\nWants \(escaped(shown.grammar)).\n"
            }
            manual += ".El\n"
        }
        return manual
    }

    /// A file in which every key stands, commented out, with its default.
    package static func commentedFile() -> String {
        let defaults = Configuration()
        var file = """
            # Postmaster: configuration, /etc/postmaster/postmaster.toml
            #
            # Every key has a default, and no file is needed; what stands here are the defaults.
            # `postmasterctl config check` finds mistakes, `postmasterctl config show` lists what is in effect.
            # Durations are 30s, 5m, 4h, 5d, sizes are 64K, 25M, 1G.

            """
        for section in sections {
            file += "\n[\(section)]\n"
            for key in all where key.section == section {
                let shown = key.shown(in: defaults)
                file +=
                    "\n# \(key.summary).\n# Wants \(shown.grammar).\n#\(key.shortName) = \(shown.literal)\n"
            }
        }
        return file
    }

    /// Text that roff takes as it stands, whatever it begins with. Quotes and words of two letters would be
    /// read by macros.
    private static func escaped(_ text: String) -> String {
        var escaped = ""
        for scalar in text.unicodeScalars {
            switch scalar {
            case "\\": escaped += "\\e"
            case "\"": escaped += "\\(dq"
            case "-": escaped += "\\-"
            case "'": escaped += "\\(aq"
            case "~": escaped += "\\(ti"
            case "[", "]", "(", ")", ".", ",", ":", ";", "?", "!", "|":
                escaped += "\\&\(scalar)"
            default: escaped.unicodeScalars.append(scalar)
            }
        }
        return escaped
    }
}
