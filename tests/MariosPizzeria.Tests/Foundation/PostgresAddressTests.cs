using MariosPizzeria.BuildingBlocks.Documents.Postgres;
using Npgsql;

namespace MariosPizzeria.Tests.Foundation;

public sealed class PostgresAddressTests
{
    [Theory]
    [InlineData("postgres://mario:p%40ss@db.example:5433/order%20db")]
    [InlineData("postgresql://mario:p%40ss@db.example:5433/order%20db")]
    [InlineData("Host=db.example;Port=5433;Username=mario;Password=p@ss;Database=order db")]
    public void A_server_is_named_by_a_url_or_by_keys(string text)
    {
        var server = PostgresConnectionString.Parse(text).ShouldNotBeNull();

        (server.Host, server.Port, server.Username, server.Password, server.Database).ShouldBe(
            ("db.example", 5433, "mario", "p@ss", "order db")
        );
    }

    [Theory]
    [InlineData("sslmode=disable", SslMode.Disable)]
    [InlineData("sslmode=require", SslMode.Require)]
    [InlineData("sslmode=verify-ca", SslMode.VerifyCA)]
    [InlineData("sslmode=verify-full", SslMode.VerifyFull)]
    [InlineData("SSL%20Mode=VerifyFull", SslMode.VerifyFull)]
    public void A_url_says_how_the_connection_is_secured(string query, SslMode mode) => Parse(query)!.SslMode.ShouldBe(mode);

    [Theory]
    [InlineData("postgres://mario@db.example/orders", GssEncryptionMode.Disable)]
    [InlineData("Host=db.example;Database=orders", GssEncryptionMode.Disable)]
    [InlineData("postgres://mario@db.example/orders?GSS%20Encryption%20Mode=Require", GssEncryptionMode.Require)]
    [InlineData("Host=db.example;Database=orders;GSS Encryption Mode=Require", GssEncryptionMode.Require)]
    public void Kerberos_whose_library_no_image_holds_is_not_tried_unless_it_is_asked_for(string text, GssEncryptionMode mode) =>
        PostgresConnectionString.Parse(text)!.GssEncryptionMode.ShouldBe(mode);

    [Fact]
    public void A_url_may_have_libpqs_options_and_the_drivers()
    {
        var server = Parse("sslrootcert=%2Fetc%2Fca.pem&connect_timeout=7&target_session_attrs=read-write&Maximum%20Pool%20Size=5")!;

        (server.RootCertificate, server.Timeout, server.TargetSessionAttributes, server.MaxPoolSize).ShouldBe(
            ("/etc/ca.pem", 7, "read-write", 5)
        );
    }

    [Theory]
    [InlineData("sslmode=perhaps")]
    [InlineData("sslmod=require")]
    [InlineData("connect_timeout=soon")]
    public void An_option_that_is_not_understood_is_not_passed_over(string query) => Parse(query).ShouldBeNull();

    [Theory]
    [InlineData("mysql://root@db/orders")]
    [InlineData("postgres://mario@db.example")]
    [InlineData("Database=orders")]
    [InlineData("nonsense")]
    public void What_names_no_server_is_none(string text) => PostgresConnectionString.Parse(text).ShouldBeNull();

    private static NpgsqlConnectionStringBuilder? Parse(string query) =>
        PostgresConnectionString.Parse($"postgres://mario:secret@db.example/orders?{query}");
}
