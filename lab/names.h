/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/*
 * names - the rules for names, labels, keys and addresses, and the words in
 * which a real server says that one is broken.
 *
 * Threads: any; pure. Memory: texts are static.
 */
#include <stdbool.h>
#include <stddef.h>

#define NAMES_MAX_FAULTS 8

struct names_faults {
	const char *text[NAMES_MAX_FAULTS];
	size_t n;
};

/* Each adds what is wrong with the text. */
void names_label(const char *text, struct names_faults *faults);
void names_label_1035(const char *text, struct names_faults *faults);
void names_subdomain(const char *text, struct names_faults *faults);
/* "example.com/MyName": keys of labels, finalizers, taints... */
void names_qualified(const char *text, struct names_faults *faults);
/* The same, but upper case does not matter: keys of annotations. */
void names_annotation(const char *text, struct names_faults *faults);
void names_label_value(const char *text, struct names_faults *faults);
/* Keys of ConfigMaps and Secrets. */
void names_data_key(const char *text, struct names_faults *faults);
void names_variable(const char *text, struct names_faults *faults);
void names_port(const char *text, struct names_faults *faults);
/* Names that only have to fit into a path. */
void names_path_segment(const char *text, struct names_faults *faults);
void names_ip(const char *text, struct names_faults *faults);
/* "10.0.0.0/8" or one of IPv6. */
void names_cidr(const char *text, struct names_faults *faults);
/* An address that means something to others than this machine. */
void names_outside_ip(const char *text, struct names_faults *faults);
void names_percent(const char *text, struct names_faults *faults);
/* The number in front of a text, at most 1000; 0 where there is none. */
int names_number(const char *text);

bool names_is_ipv4(const char *text);
bool names_is_ipv6(const char *text);
