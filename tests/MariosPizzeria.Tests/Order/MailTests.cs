using System.Globalization;
using MailKit.Security;
using MariosPizzeria.BuildingBlocks.Caching;
using MariosPizzeria.BuildingBlocks.Documents;
using MariosPizzeria.BuildingBlocks.Hosting;
using MariosPizzeria.BuildingBlocks.Security;
using MariosPizzeria.Contracts.V1;
using MariosPizzeria.OrderService.Accounts;
using MariosPizzeria.OrderService.Domain;
using MariosPizzeria.ServiceDefaults.Clients;
using MariosPizzeria.Tests.InProcess;
using MariosPizzeria.Worker;
using MariosPizzeria.Worker.Mail;
using Microsoft.Extensions.Configuration;

namespace MariosPizzeria.Tests.Ordering;

/// <summary>The worker with a mail server on a socket.</summary>
public sealed class MailTests : IAsyncDisposable
{
    private readonly MailServer _server = new();
    private readonly WorkerFactory _worker;

    public MailTests() => _worker = Worker(_server.Settings);

    public async ValueTask DisposeAsync()
    {
        await _worker.DisposeAsync();
        _server.Dispose();
    }

    [Fact]
    public async Task What_a_customer_is_notified_of_is_mailed_once_however_often_it_is_told()
    {
        var customer = await CustomerAsync("ada@example.org");
        var delivered = Delivered(customer);

        await _worker.HearAsync(delivered);
        await _worker.HearAsync(delivered);
        await Answers.EventuallyAsync(async () => (await NotificationAsync(delivered))?.MailedAt is not null, "it is mailed");
        await _worker.HearAsync(Notified(delivered, customer));
        await _worker.HearAsync(Notified(delivered, customer));
        var next = Delivered(customer);
        await _worker.HearAsync(next);
        await Answers.EventuallyAsync(async () => (await NotificationAsync(next))?.MailedAt is not null, "the next is mailed");

        _server.Taken.Count.ShouldBe(2);
        var mail = _server.Taken[0];
        (mail.From, mail.To).ShouldBe(("mario@pizzeria.example", "ada@example.org"));
        mail.Header("Subject").ShouldBe("Order delivered - Mario's Pizzeria");
        mail.Header("Message-ID").ShouldBe($"<{delivered.EventId:N}@pizzeria.example>");
        mail.Text.ShouldContain("Buon appetito");
        mail.Text.ShouldContain(delivered.OrderId);
    }

    [Fact]
    public async Task While_a_provider_lets_a_payment_wait_the_same_worker_pays_notifies_and_mails()
    {
        await using var sandbox = new OrderFactory();
        using var provider = new HesitantProvider(sandbox.Server.CreateHandler());
        await using var worker = new WorkerFactory(() => provider) { Settings = _server.Settings };
        await worker.HearAsync(WorkerFactory.Requested("order-1", "tok_ok"));
        await Answers.EventuallyAsync(() => Task.FromResult(provider.IsAsked), "the provider is asked");

        var delivered = Delivered(await CustomerAsync("ada@example.org", worker));
        await worker.HearAsync(delivered);
        await worker.HearAsync(WorkerFactory.Requested("order-2", cardToken: null));

        await worker.SettlesAsync("order-2", CollectionStatus.Collected);
        await Answers.EventuallyAsync(() => Task.FromResult(_server.Taken.Count == 1), "the customer has mail");
        (await NotificationAsync(delivered, worker))!.OrderId.ShouldBe(delivered.OrderId);
        ((await worker.PaymentAsync("order-1"))?.Status is CollectionStatus.Collected).ShouldBeFalse();
        provider.GoOn();
        await worker.SettlesAsync("order-1", CollectionStatus.Collected);
    }

    [Fact]
    public async Task A_server_that_is_busy_is_asked_again()
    {
        _server.Recipient = "450 4.2.1 Busy";
        var delivered = Delivered(await CustomerAsync("ada@example.org"));

        await _worker.HearAsync(delivered);
        await Answers.EventuallyAsync(() => Task.FromResult(_server.Asked > 0), "the server is asked");
        _server.Recipient = "250 OK";

        await Answers.EventuallyAsync(() => Task.FromResult(_server.Taken.Count == 1), "the mail is taken");
    }

    [Fact]
    public async Task A_reader_whom_the_server_does_not_know_is_given_up()
    {
        _server.Recipient = "550 5.1.1 Unknown";
        var delivered = Delivered(await CustomerAsync("nobody@example.org"));

        await _worker.HearAsync(delivered);

        await Answers.EventuallyAsync(async () => (await NotificationAsync(delivered))?.MailedAt is not null, "it is given up");
        (_server.Asked, _server.Taken.Count).ShouldBe((1, 0));
    }

    [Fact]
    public async Task Without_an_address_or_without_a_server_nothing_is_mailed()
    {
        await using var silent = Worker([]);
        var (unaddressed, unsent) = (
            Delivered(await CustomerAsync(email: null)),
            Delivered(await CustomerAsync("ada@example.org", silent))
        );

        await _worker.HearAsync(unaddressed);
        await silent.HearAsync(unsent);
        await Answers.EventuallyAsync(
            async () => await NotificationAsync(unaddressed) is not null && await NotificationAsync(unsent, silent) is not null,
            "both are notified"
        );
        var last = Delivered(await CustomerAsync("last@example.org"));
        await _worker.HearAsync(last);
        await Answers.EventuallyAsync(() => Task.FromResult(_server.Taken.Count == 1), "the last is mailed");

        _server.Taken[0].To.ShouldBe("last@example.org");
        (await NotificationAsync(unaddressed))!.MailedAt.ShouldBeNull();
    }

    [Theory]
    [InlineData("starttls")]
    [InlineData("implicit")]
    public async Task A_server_with_tls_and_a_password_is_mailed_by_without_a_word_in_the_clear(string tls)
    {
        using var authority = new CertificateAuthority();
        using var server = new MailServer(authority.Certificate, isImplicit: tls == "implicit");
        await using var worker = Worker(
            new(server.Settings)
            {
                ["SMTP_TLS"] = tls,
                ["SMTP_USER"] = MailServer.User,
                ["SMTP_PASSWORD"] = MailServer.Password,
                ["SMTP_CA_FILE"] = authority.File,
            }
        );
        var delivered = Delivered(await CustomerAsync("ada@example.org", worker));

        await worker.HearAsync(delivered);
        await Answers.EventuallyAsync(async () => (await NotificationAsync(delivered, worker))?.MailedAt is not null, "it is mailed");

        server.Taken.ShouldHaveSingleItem().To.ShouldBe("ada@example.org");
        server.InTheClear.ShouldAllBe(line => line.StartsWith("EHLO") || line == "STARTTLS");
    }

    [Fact]
    public async Task A_server_with_somebody_elses_certificate_is_told_nothing()
    {
        using var authority = new CertificateAuthority();
        using var server = new MailServer(authority.Certificate);

        var sent = Mailer(server, MailServer.Password, authority: null)
            .SendAsync(new("1", "ada@example.org", "Hello", "Hello"), CancellationToken.None);

        await Should.ThrowAsync<ServiceUnavailableException>(sent);
        server.Taken.ShouldBeEmpty();
        server.InTheClear.ShouldNotContain(line => line.StartsWith("AUTH"));
    }

    [Fact]
    public async Task A_server_that_can_not_encrypt_is_not_given_a_message_that_was_to_be_encrypted()
    {
        var options = new MailOptions(
            "127.0.0.1",
            int.Parse(_server.Settings["SMTP_PORT"], CultureInfo.InvariantCulture),
            new("mario@pizzeria.example"),
            ReportsTo: null
        )
        {
            Encryption = SecureSocketOptions.StartTls,
        };

        var sent = new Mailer(options).SendAsync(new("1", "ada@example.org", "Hello", "Hello"), CancellationToken.None);

        await Should.ThrowAsync<ServiceUnavailableException>(sent);
        _server.Asked.ShouldBe(0);
    }

    [Fact]
    public async Task A_wrong_password_is_for_the_operator_to_mend_and_in_no_log()
    {
        using var authority = new CertificateAuthority();
        using var server = new MailServer(authority.Certificate);

        var sent = Mailer(server, "gorgonzola", authority).SendAsync(new("1", "ada@example.org", "Hello", "Hello"), CancellationToken.None);

        var told = await Should.ThrowAsync<ServiceUnavailableException>(sent);
        told.ToString().ShouldContain("AuthenticationException");
        told.ToString().ShouldNotContain("gorgonzola");
        server.Taken.ShouldBeEmpty();
    }

    [Fact]
    public async Task A_password_is_not_to_be_sent_in_the_clear()
    {
        var settings = new Dictionary<string, string>(_server.Settings) { ["SMTP_USER"] = "mario", ["SMTP_PASSWORD"] = "secret" };
        (await StartAsync(settings)).ShouldBe(0);

        settings["SMTP_TLS"] = "none";

        (await StartAsync(settings)).ShouldBe(1);
    }

    [Theory]
    [InlineData("SMTP_PORT", "mail")]
    [InlineData("SMTP_FROM", "nobody")]
    [InlineData("SMTP_FROM", "")]
    [InlineData("SMTP_USER", "mario")]
    [InlineData("SMTP_TLS", "maybe")]
    [InlineData("SMTP_TLS", "true")]
    [InlineData("SMTP_CA_FILE", "there/is/none.pem")]
    [InlineData("Reports:MailTo", "nobody")]
    [InlineData("SMTP_PASSWORD", "secret")]
    [InlineData("Mail:PerAccountPerHour", "many")]
    [InlineData("Mail:PerAccountPerHour", "-1")]
    [InlineData("Mail:SiteAddress", "pizzeria.example")]
    [InlineData("Mail:SiteAddress", "ftp://pizzeria.example")]
    public async Task A_wrong_mail_setting_stops_the_start(string setting, string value)
    {
        var settings = _server.Settings;
        (await StartAsync(settings)).ShouldBe(0);

        settings[setting] = value;

        (await StartAsync(settings)).ShouldBe(1);
    }

    /// <summary>A provider that waits until the test releases it.</summary>
    private sealed class HesitantProvider(HttpMessageHandler provider) : DelegatingHandler(provider)
    {
        private readonly TaskCompletionSource _goesOn = new();

        public bool IsAsked { get; private set; }

        public void GoOn() => _goesOn.SetResult();

        protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            IsAsked = true;
            await _goesOn.Task.WaitAsync(cancellationToken);
            return await base.SendAsync(request, cancellationToken);
        }
    }

    /// <summary>Returns the exit code of a process with these settings; if it can start, it has nothing to migrate.</summary>
    private static async Task<int> StartAsync(Dictionary<string, string> settings)
    {
        var builder = PizzeriaHost.CreateBuilder("worker", ["--environment", "Development"]);
        builder.Configuration.AddInMemoryCollection(settings!);
        builder.AddCache("redis");
        builder.AddMail();
        await using var app = builder.Build();
        return await app.RunAsync(["migrate"]);
    }

    private static OrderDelivered Delivered(string customerId) =>
        new()
        {
            OrderId = Guid.NewGuid().ToString("N"),
            CustomerId = customerId,
            Lines = [],
            Total = new(5577),
            PlacedAt = Orders.Start,
            PromisedAt = Orders.Start,
            OccurredAt = Orders.Start,
        };

    private static CustomerNotified Notified(OrderEvent e, string customerId) =>
        new()
        {
            OrderId = e.OrderId,
            CustomerId = customerId,
            NotificationId = e.EventId.ToString("N"),
        };

    private static Mailer Mailer(MailServer server, string password, CertificateAuthority? authority) =>
        new(
            new MailOptions(
                "127.0.0.1",
                int.Parse(server.Settings["SMTP_PORT"], CultureInfo.InvariantCulture),
                new("mario@pizzeria.example"),
                ReportsTo: null
            )
            {
                User = MailServer.User,
                Password = password,
                Encryption = SecureSocketOptions.StartTls,
                TrustedRoots = authority?.Roots,
            }
        );

    private static WorkerFactory Worker(Dictionary<string, string> settings) => new(() => new SocketsHttpHandler()) { Settings = settings };

    private Task<Notification?> NotificationAsync(OrderEvent e, WorkerFactory? of = null) =>
        (of ?? _worker).Get<IRepository<Notification>>().FindAsync(e.EventId.ToString("N"), CancellationToken.None);

    private async Task<string> CustomerAsync(string? email, WorkerFactory? of = null)
    {
        var account = Account.Create(new(Guid.NewGuid().ToString("N"), "Ada", [Roles.Customer]) { Email = email }, "", Orders.Start);
        account.ConfirmEmail();
        await (of ?? _worker).Get<IRepository<Account>>().AddAsync(account, [], handled: null, CancellationToken.None);
        return account.Id;
    }
}
