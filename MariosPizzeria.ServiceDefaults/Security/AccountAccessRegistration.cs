using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using MariosPizzeria.ServiceDefaults.Clients;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;

namespace MariosPizzeria.ServiceDefaults.Security;

/// <summary>An account's access version, as Order tells it at <c>/internal/accounts/{id}/access</c>.</summary>
/// <param name="Version">0 or more; <see cref="AccountAccess.Withdrawn"/>.</param>
public sealed record AccessResponse(long Version);

/// <summary>Asks Order for the access version of an account.</summary>
/// <param name="http">Order's client.</param>
/// <param name="replicas">Say whether there is an Order to ask.</param>
public sealed class AccountVersionsClient(HttpClient http, Replicas replicas) : IAccountVersions
{
    /// <inheritdoc/>
    public async Task<long?> FindAsync(string accountId, CancellationToken cancellationToken)
    {
        if ((await replicas.FindAsync("order", cancellationToken)).Count == 0)
        {
            return null;
        }

        try
        {
            using var answer = await http.GetAsync($"internal/accounts/{Uri.EscapeDataString(accountId)}/access", cancellationToken);
            if (answer.StatusCode == HttpStatusCode.NotFound)
            {
                return null; // an Order of the release before this, in a rolling update: it can withdraw nothing either
            }

            answer.EnsureSuccessStatusCode();
            return (await answer.Content.ReadFromJsonAsync<AccessResponse>(PizzeriaJson.Options, cancellationToken))!.Version;
        }
        catch (Exception e) when (e is HttpRequestException or JsonException or IOException)
        {
            throw new ServiceUnavailableException("order", e);
        }
    }
}

/// <summary>Has a process check that access to an account was not withdrawn.</summary>
public static class AccountAccessRegistration
{
    /// <summary>For a process that does not have the accounts itself: it asks Order.</summary>
    public static WebApplicationBuilder AddAccountAccess(this WebApplicationBuilder builder)
    {
        builder.AddServiceClient<AccountVersionsClient>("order");
        builder.Services.AddTransient<IAccountVersions>(provider => provider.GetRequiredService<AccountVersionsClient>());
        builder.Services.AddSingleton<AccountAccess>();
        return builder;
    }
}
