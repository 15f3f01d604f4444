using Npgsql;

namespace MariosPizzeria.BuildingBlocks.Documents.Postgres;

/// <summary>Parses the two forms of a PostgreSQL connection string.</summary>
internal static class PostgresConnectionString
{
    // The option names of libpq's URLs (PostgreSQL's documentation, 34.1.2); an option that is not listed has the driver's own name.
    private static readonly Dictionary<string, string> Names = new(StringComparer.OrdinalIgnoreCase)
    {
        ["sslmode"] = "SSL Mode",
        ["sslrootcert"] = "Root Certificate",
        ["sslcert"] = "SSL Certificate",
        ["sslkey"] = "SSL Key",
        ["sslpassword"] = "SSL Password",
        ["channel_binding"] = "Channel Binding",
        ["connect_timeout"] = "Timeout",
        ["target_session_attrs"] = "Target Session Attributes",
        ["application_name"] = "Application Name",
        ["client_encoding"] = "Client Encoding",
    };

    // By default the driver tries Kerberos with the server first. The images contain no Kerberos library, and its loader then writes lines
    // to stderr that are not JSON.
    private const string WithoutKerberos = "GSS Encryption Mode=Disable;";

    /// <summary>
    /// Parses a connection string in key-value form or as a URL; null if it is neither. A URL's query may contain libpq's options or the
    /// driver's. An unknown option makes the URL invalid: <c>sslmod=require</c> must not result in a connection without encryption.
    /// </summary>
    public static NpgsqlConnectionStringBuilder? Parse(string text)
    {
        try
        {
            if (!Uri.TryCreate(text, UriKind.Absolute, out var uri) || uri.Scheme is not ("postgres" or "postgresql"))
            {
                var parsed = new NpgsqlConnectionStringBuilder(WithoutKerberos + text);
                return string.IsNullOrEmpty(parsed.Host) ? null : parsed;
            }

            return uri is { Host.Length: > 0, AbsolutePath.Length: > 1 } ? Parse(uri) : null;
        }
        catch (ArgumentException)
        {
            return null;
        }
    }

    private static NpgsqlConnectionStringBuilder Parse(Uri uri)
    {
        var credentials = uri.UserInfo.Split(':', 2);
        var result = new NpgsqlConnectionStringBuilder(WithoutKerberos)
        {
            Host = uri.Host,
            Port = uri.IsDefaultPort ? 5432 : uri.Port,
            Username = Uri.UnescapeDataString(credentials[0]),
            Password = credentials.Length == 2 ? Uri.UnescapeDataString(credentials[1]) : null,
            Database = Uri.UnescapeDataString(uri.AbsolutePath[1..]),
        };
        foreach (var option in uri.Query.TrimStart('?').Split('&', StringSplitOptions.RemoveEmptyEntries))
        {
            var pair = option.Split('=', 2);
            var name = Uri.UnescapeDataString(pair[0]);
            var value = Uri.UnescapeDataString(pair.Length == 2 ? pair[1] : "");

            // The driver spells "verify-full" as VerifyFull.
            result[Names.GetValueOrDefault(name, name)] = name.Equals("sslmode", StringComparison.OrdinalIgnoreCase)
                ? value.Replace("-", "", StringComparison.Ordinal)
                : value;
        }

        return result;
    }
}
