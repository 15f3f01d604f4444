using Npgsql;

namespace MariosPizzeria.ServiceDefaults.Documents.Postgres;

/// <summary>Reads the two ways in which a PostgreSQL server is named.</summary>
internal static class PostgresConnectionString
{
    // As libpq's URLs name them (PostgreSQL's documentation, 34.1.2); what is not here has the driver's own name.
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

    // By default the driver asks the server for Kerberos first. The images hold no Kerberos library, and its loader then writes lines to
    // stderr that are no JSON.
    private const string WithoutKerberos = "GSS Encryption Mode=Disable;";

    /// <summary>
    /// Key-value form or URL, or null where it is neither. A URL's query may hold libpq's options or the driver's; one that is neither
    /// makes it unreadable, for who asks for <c>sslmod=require</c> must not be given a connection that anybody can read.
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

            // "verify-full" is VerifyFull here.
            result[Names.GetValueOrDefault(name, name)] = name.Equals("sslmode", StringComparison.OrdinalIgnoreCase)
                ? value.Replace("-", "", StringComparison.Ordinal)
                : value;
        }

        return result;
    }
}
