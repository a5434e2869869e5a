/* SPDX-License-Identifier: Apache-2.0 */
#include "lab/names.h"

#include <arpa/inet.h>
#include <ctype.h>
#include <string.h>

#include "statefuld/attr.h"

#define LOWER  "abcdefghijklmnopqrstuvwxyz"
#define UPPER  "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
#define DIGITS "0123456789"

#define LABEL_MAX     63
#define SUBDOMAIN_MAX 253

#define LABEL_FORM     "[a-z0-9]([-a-z0-9]*[a-z0-9])?"
#define SUBDOMAIN_FORM LABEL_FORM "(\\." LABEL_FORM ")*"
#define NAME_FORM      "([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]"
#define LONG_LABEL     "must be no more than 63 bytes"

#define SUBDOMAIN_RULE                                                         \
	"a lowercase RFC 1123 subdomain must consist of lower case "           \
	"alphanumeric characters, '-' or '.', and must start and end "         \
	"with an alphanumeric character (e.g. 'example.com', regex "           \
	"used for validation is '" SUBDOMAIN_FORM "')"
#define NAME_RULE                                                              \
	"must consist of alphanumeric characters, '-', '_' or '.', and "       \
	"must start and end with an alphanumeric character (e.g. "             \
	"'MyName',  or 'my.name',  or '123-abc', regex used for "              \
	"validation is '" NAME_FORM "')"

static void add(struct names_faults *faults, const char *text)
{
	if (faults->n < st_array_len(faults->text))
		faults->text[faults->n++] = text;
}

/* Not empty, of the `inner` letters, beginning with one of `first` and ending
 * with one of `last`. */
static bool has_form(const char *text, size_t len, const char *first,
		     const char *inner, const char *last)
{
	if (len == 0 || strchr(first, text[0]) == NULL ||
	    strchr(last, text[len - 1]) == NULL)
		return false;
	return strspn(text, inner) >= len;
}

static bool is_label(const char *text, size_t len)
{
	return has_form(text, len, LOWER DIGITS, LOWER DIGITS "-",
			LOWER DIGITS);
}

static bool is_subdomain(const char *text)
{
	for (;;) {
		size_t len = strcspn(text, ".");

		if (!is_label(text, len))
			return false;
		if (text[len] == '\0')
			return true;
		text += len + 1;
	}
}

void names_label(const char *text, struct names_faults *faults)
{
	if (strlen(text) > LABEL_MAX)
		add(faults, LONG_LABEL);
	if (is_label(text, strlen(text)))
		return;
	if (is_subdomain(text))
		return add(faults, "must not contain dots");
	add(faults,
	    "a lowercase RFC 1123 label must consist of lower case "
	    "alphanumeric characters or '-', and must start and end "
	    "with an alphanumeric character (e.g. 'my-name',  or "
	    "'123-abc', regex used for validation is '" LABEL_FORM "')");
}

void names_label_1035(const char *text, struct names_faults *faults)
{
	if (strlen(text) > LABEL_MAX)
		add(faults, LONG_LABEL);
	if (!has_form(text, strlen(text), LOWER, LOWER DIGITS "-",
		      LOWER DIGITS))
		add(faults,
		    "a DNS-1035 label must consist of lower case alphanumeric "
		    "characters or '-', start with an alphabetic character, "
		    "and end with an alphanumeric character (e.g. 'my-name',  "
		    "or 'abc-123', regex used for validation is "
		    "'[a-z]([-a-z0-9]*[a-z0-9])?')");
}

void names_subdomain(const char *text, struct names_faults *faults)
{
	if (strlen(text) > SUBDOMAIN_MAX)
		add(faults, "must be no more than 253 bytes");
	if (!is_subdomain(text))
		add(faults, SUBDOMAIN_RULE);
}

static void check_prefix(const char *text, size_t len,
			 struct names_faults *faults)
{
	char prefix[SUBDOMAIN_MAX + 2];

	if (len == 0)
		return add(faults, "prefix part must be non-empty");
	if (len > SUBDOMAIN_MAX)
		return add(faults,
			   "prefix part must be no more than 253 bytes");
	memcpy(prefix, text, len);
	prefix[len] = '\0';
	if (!is_subdomain(prefix))
		add(faults, "prefix part " SUBDOMAIN_RULE);
}

static bool is_name(const char *text)
{
	return has_form(text, strlen(text), UPPER LOWER DIGITS,
			UPPER LOWER DIGITS "-_.", UPPER LOWER DIGITS);
}

static void check_qualified(const char *text, struct names_faults *faults)
{
	const char *slash = strchr(text, '/');

	if (slash != NULL && strchr(slash + 1, '/') != NULL)
		return add(faults,
			   "a qualified name " NAME_RULE
			   " with an optional DNS subdomain prefix and '/' "
			   "(e.g. 'example.com/MyName')");
	if (slash != NULL) {
		check_prefix(text, (size_t)(slash - text), faults);
		text = slash + 1;
	}
	if (*text == '\0')
		add(faults, "name part must be non-empty");
	else if (strlen(text) > LABEL_MAX)
		add(faults, "name part " LONG_LABEL);
	if (!is_name(text))
		add(faults, "name part " NAME_RULE);
}

void names_qualified(const char *text, struct names_faults *faults)
{
	check_qualified(text, faults);
}

void names_annotation(const char *text, struct names_faults *faults)
{
	/* The longest that can be right, and one more. */
	char lower[SUBDOMAIN_MAX + 1 + LABEL_MAX + 2];
	size_t i = 0;

	for (; text[i] != '\0' && i + 1 < sizeof(lower); i++)
		lower[i] = (char)tolower((unsigned char)text[i]);
	lower[i] = '\0';
	check_qualified(lower, faults);
}

void names_label_value(const char *text, struct names_faults *faults)
{
	if (strlen(text) > LABEL_MAX)
		add(faults, LONG_LABEL);
	if (*text != '\0' && !is_name(text))
		add(faults,
		    "a valid label must be an empty string or consist of "
		    "alphanumeric characters, '-', '_' or '.', and must start "
		    "and end with an alphanumeric character (e.g. 'MyValue',  "
		    "or 'my_value',  or '12345', regex used for validation is "
		    "'(([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9])?')");
}

void names_data_key(const char *text, struct names_faults *faults)
{
	size_t len = strlen(text);

	if (len > SUBDOMAIN_MAX)
		add(faults, "must be no more than 253 bytes");
	if (len == 0 || strspn(text, UPPER LOWER DIGITS "-._") < len)
		add(faults, "a valid config key must consist of alphanumeric "
			    "characters, '-', '_' or '.' (e.g. 'key.name',  "
			    "or 'KEY_NAME',  or 'key-name', regex used for "
			    "validation is '[-._a-zA-Z0-9]+')");
	if (strcmp(text, ".") == 0)
		add(faults, "must not be '.'");
	else if (strcmp(text, "..") == 0)
		add(faults, "must not be '..'");
	else if (strncmp(text, "..", 2) == 0)
		add(faults, "must not start with '..'");
}

void names_variable(const char *text, struct names_faults *faults)
{
	if (*text == '\0')
		add(faults, "environment variable name must be non-empty");
	for (; *text != '\0'; text++) {
		if (*text >= ' ' && *text <= '~' && *text != '=')
			continue;
		return add(faults,
			   "a valid environment variable name must consist "
			   "only of printable ASCII characters other than "
			   "'='");
	}
}

void names_port(const char *text, struct names_faults *faults)
{
	size_t len = strlen(text);

	if (len > 15)
		add(faults, "must be no more than 15 bytes");
	if (len == 0 || strspn(text, LOWER DIGITS "-") < len)
		add(faults, "must contain only alpha-numeric characters "
			    "(a-z, 0-9), and hyphens (-)");
	if (strpbrk(text, LOWER) == NULL)
		add(faults, "must contain at least one letter (a-z)");
	if (strstr(text, "--") != NULL)
		add(faults, "must not contain consecutive hyphens");
	if (len != 0 && (text[0] == '-' || text[len - 1] == '-'))
		add(faults, "must not begin or end with a hyphen");
}

void names_path_segment(const char *text, struct names_faults *faults)
{
	if (strcmp(text, ".") == 0)
		return add(faults, "may not be '.'");
	if (strcmp(text, "..") == 0)
		return add(faults, "may not be '..'");
	if (strchr(text, '/') != NULL)
		add(faults, "may not contain '/'");
	if (strchr(text, '%') != NULL)
		add(faults, "may not contain '%'");
}

bool names_is_ipv4(const char *text)
{
	struct in_addr addr;

	return inet_pton(AF_INET, text, &addr) == 1;
}

bool names_is_ipv6(const char *text)
{
	struct in6_addr addr;

	return inet_pton(AF_INET6, text, &addr) == 1;
}

void names_ip(const char *text, struct names_faults *faults)
{
	if (!names_is_ipv4(text) && !names_is_ipv6(text))
		add(faults, "must be a valid IP address, (e.g. 10.9.8.7 or "
			    "2001:db8::ffff)");
}

int names_number(const char *text)
{
	int number = 0;

	for (; isdigit((unsigned char)*text) && number < 1000; text++)
		number = number * 10 + (*text - '0');
	return number < 1000 ? number : 1000;
}

void names_cidr(const char *text, struct names_faults *faults)
{
	const char *slash = strchr(text, '/');
	char addr[INET6_ADDRSTRLEN] = "";
	size_t len = slash != NULL ? (size_t)(slash - text) : 0;
	int bits = slash != NULL ? names_number(slash + 1) : -1;

	if (len != 0 && len < sizeof(addr))
		memcpy(addr, text, len);
	if (slash != NULL && slash[1] != '\0' && strlen(slash) <= 4 &&
	    strspn(slash + 1, DIGITS) == strlen(slash + 1) &&
	    ((names_is_ipv4(addr) && bits <= 32) ||
	     (names_is_ipv6(addr) && bits <= 128)))
		return;
	add(faults, "must be a valid CIDR value, (e.g. 10.9.8.0/24 or "
		    "2001:db8::/64)");
}

void names_outside_ip(const char *text, struct names_faults *faults)
{
	struct in_addr v4;
	uint32_t bits;

	if (strcmp(text, "::1") == 0 || strncmp(text, "127.", 4) == 0)
		add(faults, "may not be in the loopback range (127.0.0.0/8, "
			    "::1/128)");
	if (strcmp(text, "::") == 0 || strcmp(text, "0.0.0.0") == 0)
		add(faults, "may not be unspecified (0.0.0.0 or ::)");
	if (inet_pton(AF_INET, text, &v4) != 1)
		return;
	bits = ntohl(v4.s_addr);
	if (bits >> 16 == 0xa9fe)
		add(faults, "may not be in the link-local range "
			    "(169.254.0.0/16, fe80::/10)");
	if (bits >> 8 == 0xe00000)
		add(faults, "may not be in the link-local multicast range "
			    "(224.0.0.0/24, ff02::/10)");
}

void names_percent(const char *text, struct names_faults *faults)
{
	size_t n = strspn(text, DIGITS);

	if (n == 0 || strcmp(text + n, "%") != 0)
		add(faults, "a valid percent string must be a numeric string "
			    "followed by an ending '%' (e.g. '1%',  or '93%', "
			    "regex used for validation is '[0-9]+%')");
}
