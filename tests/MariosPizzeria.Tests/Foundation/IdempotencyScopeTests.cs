using System.Security.Cryptography;
using System.Text;
using MariosPizzeria.BuildingBlocks.Idempotency;
using MariosPizzeria.BuildingBlocks.Security;

namespace MariosPizzeria.Tests.Foundation;

/// <summary>The inputs of an idempotency key's scope and of the body hash.</summary>
public sealed class IdempotencyScopeTests
{
    private static readonly ServerKey Key = new(new byte[32]);

    [Theory]
    [InlineData("""{"username":"ada","password":"$"}""")]
    [InlineData("""{"password":"$","username":"ada"}""")]
    [InlineData("""{ "PassWord" : "$" , "username":"ada"}""")]
    [InlineData("""{"p\u0061ssword":"$","username":"ada"}""")]
    [InlineData("""{"newPassword":"$"}""")]
    [InlineData("""{"account":{"username":"ada","password":"$"},"more":[1,2]}""")]
    [InlineData("""[{"password":{"value":["$"]}}]""")]
    [InlineData("""{"password":"x","password":"$"}""")]
    [InlineData("\uFEFF{\"username\":\"ada\",\"password\":\"$\"}")]
    public void A_password_is_in_no_hash(string body)
    {
        foreach (var user in new[] { "", "user-1" })
        {
            var one = Of(user, body.Replace("$", "correct horse", StringComparison.Ordinal));
            var other = Of(user, body.Replace("$", "battery staple", StringComparison.Ordinal));

            one.ShouldBe(other);
            one.ShouldNotBe(Of(user, body + " "));
        }
    }

    [Theory]
    [InlineData("{}")]
    [InlineData("")]
    [InlineData("not JSON, and no password")]
    [InlineData("""{"notes":"the password is \"correct horse\""}""")]
    [InlineData("""{"items":[{"pizzaId":"margherita"}],"notes":"Ring twice"}""")]
    public void A_users_request_has_the_scope_and_hash_that_stored_documents_know(string body)
    {
        var request = Of("user-1", body);

        request.Scope.ShouldBe(Sha256("user-1\nPOST\n/api/orders\nkey"));
        request.BodyHash.ShouldBe(Sha256(body));
    }

    [Fact]
    public void A_users_document_id_is_known_without_the_body_and_a_strangers_is_not()
    {
        IdempotentRequest.DocumentIdOf("user-1", "POST", "/api/orders", "key").ShouldBe(Of("user-1", "{}").DocumentId);
        Should.Throw<ArgumentException>(() => IdempotentRequest.DocumentIdOf("", "POST", "/api/orders", "key"));
    }

    [Fact]
    public void A_strangers_hash_can_not_be_made_without_the_servers_key()
    {
        const string Body = """{"username":"ada"}""";
        var another = IdempotentRequest.Of("", "POST", "/api/orders", "key", Encoding.UTF8.GetBytes(Body), new ServerKey([1, 2, 3]));

        Of("", Body).BodyHash.ShouldNotBe(Sha256(Body));
        Of("", Body).BodyHash.ShouldNotBe(another.BodyHash);
        Of("", Body).Scope.ShouldNotBe(another.Scope);
        Of("", Body).Scope.ShouldNotBe(Of("", """{"username":"bob"}""").Scope);
        Of("", Body).ShouldBe(Of("", Body));
    }

    private static IdempotentRequest Of(string user, string body) =>
        IdempotentRequest.Of(user, "POST", "/api/orders", "key", Encoding.UTF8.GetBytes(body), Key);

    private static string Sha256(string text) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text)));
}
